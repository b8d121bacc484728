"""Which tags do new garments get, and which of them need a person?"""

from dashboard.session import navigation, shown_version
from dashboard.shell import frame
from dashboard.tagging import batch as batch_view
from dashboard.tagging import drop

frame.render_head(navigation.PAGES["tag"])
run = shown_version.current_run()
batch = batch_view.chosen_batch()
if batch is None:
    drop.render_drop(run)
else:
    batch_view.render_batch(batch)
frame.render_foot(run)
