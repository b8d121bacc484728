"""What do the garments of one kind of mistake have in common?"""

from dashboard import frame, navigation, state, themes_view

frame.render_head(navigation.PAGES["themes"])
run = state.current_run()
themes_view.render_themes(run)
frame.render_foot(run)
