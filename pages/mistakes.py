"""Which garments does the model get wrong, and what does it take them for?"""

from dashboard.compare import view as compare_view
from dashboard.gallery import filters
from dashboard.mixups import picker
from dashboard.mixups import view as mixups_view
from dashboard.shell import frame
from dashboard.similar import view as similar_view
from dashboard.themes import view as themes_view

with frame.parted_page("mistakes") as (run, part):
    if part == "garments":
        listing = filters.chosen(run)
        mixups_view.render_map_and_garments(run, listing)
        mixups_view.render_pairs(run)
        picker.render_weak_groups(run)
        mixups_view.render_table(run)
    elif part == "themes":
        themes_view.render_themes(run)
    elif part == "compare":
        pair = compare_view.chosen_pair(run)
        compare_view.render_choice(pair)
        compare_view.render_sides(pair)
    else:
        similar_view.render_similar(run)
