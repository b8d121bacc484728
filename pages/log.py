"""Who decided what, when, and why?"""

from dashboard.log import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["log"])
run = shown_version.current_run()
view.render_log()
frame.render_foot(run)
