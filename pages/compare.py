"""What tells two categories apart, and which garments lie between them?"""

from dashboard import compare_view, frame, navigation, state

frame.render_head(navigation.PAGES["compare"])
run = state.current_run()
pair = compare_view.chosen_pair(run)
compare_view.render_choice(run, pair)
compare_view.render_sides(run, pair)
frame.render_foot(run)
