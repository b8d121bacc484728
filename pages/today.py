"""Can we trust the tags today, and what should we look at first?"""

from dashboard.parts import tables
from dashboard.shell import frame, tour
from dashboard.today import monday_pack, view

with frame.page("today") as run:
    tour.render_offer()
    view.render_headline(run)
    view.render_findings(run)
    monday_pack.render_button(run)
    view.render_trend(run)
    tables.render_run(run)
