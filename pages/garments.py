"""Which garments do trainings learn from, and what is wrong with them?"""

from dashboard.garments import bringing, view
from dashboard.session import guard
from dashboard.shell import frame

with frame.page("garments"):
    with guard.guarded("What is being brought in"):
        bringing.render_coming()
    with guard.guarded("The catalogues"):
        view.render_catalogues()
    with guard.guarded("The place for photos"):
        bringing.render_bringing()
