"""What has the team said about garments, and where do people disagree?"""

from dashboard.reviews import view
from dashboard.shell import frame

with frame.page("reviews") as run:
    view.render_scores(run)
    view.render_progress()
    view.render_disagreements(run)
    view.render_everything()
