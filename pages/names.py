"""What do we call the categories, and which of them are one to us?"""

from dashboard import frame, names_view, navigation, state

frame.render_head(navigation.PAGES["names"])
run = state.current_run()
names_view.render_names(run)
frame.render_foot(run)
