"""Can we trust the tags today, and what should we look at first?"""

from dashboard.parts import tables
from dashboard.shell import frame, tour
from dashboard.today import view

with frame.page("today") as run:
    tour.render_offer()
    view.render_headline(run)
    view.render_findings(run)
    view.render_trend(run)
    tables.render_run(run)
