"""How sure must the model be, so that a tag needs no person?"""

from dashboard.line import view
from dashboard.shell import frame

with frame.page("trust") as run:
    view.render_line(run)
