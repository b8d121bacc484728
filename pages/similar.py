"""Which garments does the model see as alike, and do they carry the same mistake?"""

from dashboard.session import navigation, shown_version
from dashboard.shell import frame
from dashboard.similar import view

frame.render_head(navigation.PAGES["similar"])
run = shown_version.current_run()
view.render_similar(run)
frame.render_foot(run)
