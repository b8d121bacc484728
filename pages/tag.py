"""Which tags do new garments get, and which of them need a person?"""

from dashboard import batch_view, drop_view, frame, navigation, state

frame.render_head(navigation.PAGES["tag"])
run = state.current_run()
batch = batch_view.chosen_batch()
if batch is None:
    drop_view.render_drop(run)
else:
    batch_view.render_batch(batch)
frame.render_foot(run)
