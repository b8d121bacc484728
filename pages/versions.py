"""Is the new version better than the live one, and which one was live when?"""

from dashboard.shell import frame
from dashboard.versions import decide, view

with frame.parted_page("versions") as (run, part):
    if part == "decide":
        decide.render_decision(run)
    else:
        view.render_history(run)
        view.render_versions(run)
