"""Is the new version better than the live one, and should it become live?"""

from dashboard.session import navigation, shown_version
from dashboard.shell import frame
from dashboard.versions import decide

frame.render_head(navigation.PAGES["decide"])
run = shown_version.current_run()
decide.render_decision(run)
frame.render_foot(run)
