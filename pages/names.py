"""What do we call the categories, and which of them are one to us?"""

from dashboard.names import view
from dashboard.shell import frame

with frame.page("names") as run:
    view.render_names(run)
