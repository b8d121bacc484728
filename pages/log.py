"""Who decided what, when, and why?"""

from dashboard.log import view
from dashboard.shell import frame

with frame.page("log"):
    view.render_log()
