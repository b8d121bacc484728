"""Which versions are there, and which one was live when, and why?"""

from dashboard.session import navigation, shown_version
from dashboard.shell import frame
from dashboard.versions import view

frame.render_head(navigation.PAGES["versions"])
run = shown_version.current_run()
view.render_history()
view.render_versions(run)
frame.render_foot(run)
