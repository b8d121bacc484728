"""Which wrong tags are expensive, and which do not matter?"""

from dashboard.costs import view
from dashboard.shell import frame

with frame.page("costs") as run:
    view.render_costs(run)
