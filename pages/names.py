"""What do we call the categories, and which of them are one to us?"""

from dashboard.names import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["names"])
run = shown_version.current_run()
view.render_names(run)
frame.render_foot(run)
