"""Which wrong tags are expensive, and which do not matter?"""

from dashboard.costs import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["costs"])
run = shown_version.current_run()
view.render_costs(run)
frame.render_foot(run)
