"""Are the tags of new garments right in real use?"""

from dashboard.acceptance import view
from dashboard.shell import frame

with frame.page("acceptance") as run:
    view.render_checks(run)
    view.render_reviewed(run)
