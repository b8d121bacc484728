"""Is the new version better than the live one, and should it become live?"""

from dashboard.shell import frame
from dashboard.versions import decide

with frame.page("decide") as run:
    decide.render_decision(run)
