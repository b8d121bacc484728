"""Which tags do new garments get, and which of them need a person?"""

from dashboard.shell import frame
from dashboard.tagging import batch as batch_view
from dashboard.tagging import drop

with frame.page("tag") as run:
    batch = batch_view.chosen_batch()
    if batch is None:
        drop.render_drop(run)
    else:
        batch_view.render_batch(batch)
