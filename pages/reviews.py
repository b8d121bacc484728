"""What has the team said about garments, and where do people disagree?"""

from dashboard import frame, navigation, reviews_view, state

frame.render_head(navigation.PAGES["reviews"])
run = state.current_run()
reviews_view.render_scores(run)
reviews_view.render_progress()
reviews_view.render_disagreements(run)
reviews_view.render_everything()
frame.render_foot(run)
