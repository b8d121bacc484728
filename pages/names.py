"""What do we call the categories, and which of them are one to us?"""

from core.store.team import names
from dashboard.data import store
from dashboard.names import view
from dashboard.session import guard
from dashboard.shell import frame

with frame.page("names") as run:
    with guard.guarded("The names"):
        held = names.current(store.store(), run.class_names)
        view.render_introduction()
        release = view.render_taxonomy()
        table = view.shown(held)
        wanted = view.render_editor(run, held, table, release)
        view.render_effect(run, wanted or held)
        view.render_saving(run, held, table, wanted, release)
    with guard.guarded("The files of names"):
        view.render_files(run, held, table, release)
