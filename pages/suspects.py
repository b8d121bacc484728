"""Which labels of the training garments are probably wrong?"""

from dashboard.shell import frame
from dashboard.suspects import view

with frame.page("suspects") as run:
    view.render_suspects(run)
