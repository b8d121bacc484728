"""Which labels of the training garments are probably wrong?"""

from dashboard import frame, navigation, state, suspects_view

frame.render_head(navigation.PAGES["suspects"])
run = state.current_run()
suspects_view.render_suspects(run)
frame.render_foot(run)
