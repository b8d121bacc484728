"""Which garments does the model see as alike, and do they carry the same mistake?"""

from dashboard import frame, navigation, similar_view, state

frame.render_head(navigation.PAGES["similar"])
run = state.current_run()
similar_view.render_similar(run)
frame.render_foot(run)
