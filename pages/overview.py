"""Can we trust the tags today, and what should we look at first?"""

from dashboard.parts import tables
from dashboard.session import navigation, shown_version
from dashboard.shell import frame, tour
from dashboard.today import view

frame.render_head(navigation.PAGES["overview"])
run = shown_version.current_run()
tour.render_offer()
view.render_headline(run)
view.render_findings(run)
view.render_trend(run)
tables.render_run(run)
frame.render_foot(run)
