"""Who decided what, when, and why?"""

from dashboard.log import view
from dashboard.shell import frame

with frame.page("log"):
    who, action = view.render_filters()
    view.render_lines(who, action)
