"""What do we call things, what do mistakes cost, and which garments are ours?"""

from core.store.team import names as stored_names
from dashboard.costs import grid
from dashboard.costs import view as costs_view
from dashboard.data import names, store
from dashboard.elsewhere import bringing as elsewhere_bringing
from dashboard.elsewhere import judging as elsewhere_judging
from dashboard.elsewhere import view as elsewhere_view
from dashboard.garments import bringing
from dashboard.garments import view as garments_view
from dashboard.names import view as names_view
from dashboard.people import view as people_view
from dashboard.session import guard
from dashboard.shell import frame

part = frame.render_head("setup")
if part == "garments":
    with frame.version_if_any():
        with guard.guarded("The catalogues"):
            garments_view.render_catalogues()
        with guard.guarded("The place for photos"):
            bringing.render_bringing()
elif part == "elsewhere":
    with frame.version_if_any():
        elsewhere_view.render_introduction()
        with guard.guarded("What is being brought in"):
            elsewhere_view.render_asked()
        with guard.guarded("The tags that are judged"):
            elsewhere_judging.render_judging()
        with guard.guarded("The tags that are here"):
            elsewhere_view.render_versions()
        with guard.guarded("The place for tags"):
            elsewhere_bringing.render_bringing()
elif part == "people":
    with frame.version_if_any(), guard.guarded("People and roles"):
        people_view.render_you()
        people_view.render_roles()
else:
    with frame.version() as run:
        if part == "names":
            with guard.guarded("The names"):
                held = stored_names.current(store.store(), run.class_names)
                names_view.render_introduction()
                release = names_view.render_taxonomy()
                table = names_view.shown(held)
                wanted = names_view.render_editor(run, held, table, release)
                names_view.render_effect(run, wanted or held)
                names_view.render_saving(run, held, table, wanted, release)
            with guard.guarded("The files of names"):
                names_view.render_files(run, held, table, release)
        else:
            with guard.guarded("What mistakes cost"):
                costs = names.costs_of(run)
                costs_view.render_introduction(costs)
                chosen = costs_view.render_grid(run, costs)
                costs_view.render_saving(run, costs, chosen)
                costs_view.render_meaning(run, grid.chosen(chosen))
