"""Which garments does the model get wrong, and how sure was it?"""

from dashboard import filters, frame, gallery, navigation, state

frame.render_head(navigation.PAGES["mistakes"])
run = state.current_run()
listing = filters.chosen(run)
filters.render_controls(run, listing)
gallery.render_gallery(run, listing, page_name="wrong-tags")
frame.render_foot(run)
