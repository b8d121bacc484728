"""What tells two categories apart, and which garments lie between them?"""

from dashboard.compare import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["compare"])
run = shown_version.current_run()
pair = view.chosen_pair(run)
view.render_choice(run, pair)
view.render_sides(run, pair)
frame.render_foot(run)
