"""What has the team said about garments, and where do people disagree?"""

from dashboard.reviews import view
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["reviews"])
run = shown_version.current_run()
view.render_scores(run)
view.render_progress()
view.render_disagreements(run)
view.render_everything()
frame.render_foot(run)
