"""What tells two categories apart, and which garments lie between them?"""

from dashboard.compare import view
from dashboard.shell import frame

with frame.page("compare") as run:
    pair = view.chosen_pair(run)
    view.render_choice(run, pair)
    view.render_sides(run, pair)
