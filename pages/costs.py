"""Which wrong tags are expensive, and which do not matter?"""

from dashboard import costs_view, frame, navigation, state

frame.render_head(navigation.PAGES["costs"])
run = state.current_run()
costs_view.render_costs(run)
frame.render_foot(run)
