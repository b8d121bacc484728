"""Which garments does the model get wrong, and how sure was it?"""

from dashboard import gallery
from dashboard.gallery import filter_controls, filters
from dashboard.shell import frame

with frame.page("mistakes") as run:
    listing = filters.chosen(run)
    filter_controls.render_controls(run, listing)
    gallery.render_gallery(run, listing, page_name="wrong-tags")
