"""Are the tags of new garments right in real use?"""

from dashboard.acceptance import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["acceptance"])
run = shown_version.current_run()
view.render_checks(run)
view.render_reviewed(run)
frame.render_foot(run)
