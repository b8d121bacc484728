"""Which garments do trainings learn from, and what is wrong with them?"""

from dashboard.garments import view
from dashboard.session import guard
from dashboard.shell import frame

with frame.page("garments"):
    with guard.guarded("The catalogues"):
        view.render_catalogues()
    view.render_how()
