"""Can we trust the tags today, and what should we look at first?"""

from dashboard import cards, frame, navigation, state, tables, tour

frame.render_head(navigation.PAGES["overview"])
run = state.current_run()
tour.render_offer()
cards.render_headline(run)
cards.render_findings(run)
cards.render_trend(run)
tables.render_run(run)
frame.render_foot(run)
