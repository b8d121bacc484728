"""How sure must the model be, so that a tag needs no person?"""

from dashboard.line import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["trust"])
run = shown_version.current_run()
view.render_line(run)
frame.render_foot(run)
