"""Which garments does the model get wrong, and how sure was it?"""

from dashboard import gallery
from dashboard.gallery import filters
from dashboard.session import navigation, shown_version
from dashboard.shell import frame

frame.render_head(navigation.PAGES["mistakes"])
run = shown_version.current_run()
listing = filters.chosen(run)
filters.render_controls(run, listing)
gallery.render_gallery(run, listing, page_name="wrong-tags")
frame.render_foot(run)
