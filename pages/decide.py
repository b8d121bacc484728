"""Is the new version better than the live one, and should it become live?"""

from dashboard import decide_view, frame, navigation, state

frame.render_head(navigation.PAGES["decide"])
run = state.current_run()
decide_view.render_decision(run)
frame.render_foot(run)
