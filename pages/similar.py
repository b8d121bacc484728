"""Which garments does the model see as alike, and do they carry the same mistake?"""

from dashboard.shell import frame
from dashboard.similar import view

with frame.page("similar") as run:
    view.render_similar(run)
