"""Which versions are there, and which one was live when, and why?"""

from dashboard import frame, navigation, state, versions_view

frame.render_head(navigation.PAGES["versions"])
run = state.current_run()
versions_view.render_history()
versions_view.render_versions(run)
frame.render_foot(run)
