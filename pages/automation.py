"""Which tags need no person, and are those right in real use?"""

from dashboard.acceptance import view as acceptance_view
from dashboard.line import view as line_view
from dashboard.shell import frame

with frame.parted_page("automation") as (run, part):
    if part == "line":
        line_view.render_line(run)
    else:
        acceptance_view.render_checks(run)
        acceptance_view.render_reviewed(run)
