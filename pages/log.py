"""Who decided what, when, and why?"""

from dashboard import frame, log_view, navigation, state

frame.render_head(navigation.PAGES["log"])
run = state.current_run()
log_view.render_log()
frame.render_foot(run)
