"""What do the garments of one kind of mistake have in common?"""

from dashboard.shell import frame
from dashboard.themes import view

with frame.page("themes") as run:
    view.render_themes(run)
