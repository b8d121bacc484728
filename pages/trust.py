"""How sure must the model be, so that a tag needs no person?"""

from dashboard import frame, line_view, navigation, state

frame.render_head(navigation.PAGES["trust"])
run = state.current_run()
line_view.render_line(run)
frame.render_foot(run)
