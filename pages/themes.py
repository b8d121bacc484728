"""What do the garments of one kind of mistake have in common?"""

from dashboard.session import navigation, shown_version
from dashboard.shell import frame
from dashboard.themes import view

frame.render_head(navigation.PAGES["themes"])
run = shown_version.current_run()
view.render_themes(run)
frame.render_foot(run)
