"""Which labels are probably wrong, and what has the team said about garments?"""

from dashboard.reviews import view as reviews_view
from dashboard.shell import frame
from dashboard.suspects import view as suspects_view

with frame.parted_page("labels") as (run, part):
    if part == "suspects":
        suspects_view.render_suspects(run)
    else:
        reviews_view.render_scores(run)
        reviews_view.render_progress()
        reviews_view.render_offer(run)
        reviews_view.render_disagreements(run)
        reviews_view.render_everything()
