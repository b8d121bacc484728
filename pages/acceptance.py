"""Are the tags of new garments right in real use?"""

from dashboard import acceptance_view, frame, navigation, state

frame.render_head(navigation.PAGES["acceptance"])
run = state.current_run()
acceptance_view.render_checks(run)
acceptance_view.render_reviewed(run)
frame.render_foot(run)
