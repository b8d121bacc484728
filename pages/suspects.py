"""Which labels of the training garments are probably wrong?"""

from dashboard.session import navigation, shown_version
from dashboard.shell import frame
from dashboard.suspects import view

frame.render_head(navigation.PAGES["suspects"])
run = shown_version.current_run()
view.render_suspects(run)
frame.render_foot(run)
