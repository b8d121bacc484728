"""Which versions are there, and which one was live when, and why?"""

from dashboard.shell import frame
from dashboard.versions import view

with frame.page("versions") as run:
    view.render_history()
    view.render_versions(run)
