"""Which wrong tags are expensive, and which do not matter?"""

from dashboard.costs import grid, view
from dashboard.data import names
from dashboard.session import guard
from dashboard.shell import frame

with frame.page("costs") as run, guard.guarded("What mistakes cost"):
    held = names.costs_of(run)
    view.render_introduction(held)
    chosen = view.render_grid(run, held)
    view.render_saving(run, held, chosen)
    view.render_meaning(run, grid.chosen(chosen))
