"""What people decide about own photos that the checks found: kept with the catalogue, told in the log."""

from collections.abc import Sequence

from core.access.roles import Action
from core.catalogue import kept
from core.catalogue.own import deciding
from core.catalogue.own.decisions import Decision
from core.store.base import audit, database, people, permission
from core.store.base.store import Store


@permission.needs(Action.REVIEW)
def decide(store: Store, name: str, wanted: Sequence[Decision], *, who: str) -> None:
    """Keeps decisions about the photos of a catalogue and applies them.

    Raises:
        errors.CatalogueUnknown, errors.CatalogueError: see `deciding.decide`.
    """
    _told(store, name, deciding.decide(store.home, name, wanted, who=people.person(who)), who=who, is_back=False)


@permission.needs(Action.REVIEW)
def take_back(store: Store, name: str, decision: str, *, who: str) -> None:
    """Takes the decision of that id back.

    Raises:
        errors.CatalogueUnknown, errors.CatalogueError: see `deciding.take_back`.
    """
    undone = deciding.take_back(store.home, name, decision, who=people.person(who))
    _told(store, name, [undone], who=who, is_back=True)


def _told(store: Store, name: str, decided: Sequence[Decision], *, who: str, is_back: bool) -> None:
    kinds = sorted({each.kind for each in decided})
    num_photos = kept.find(store.home, name).num_photos
    after = {"decisions": len(decided), "kinds": kinds, "taken_back": is_back, "photos": num_photos}
    with database.write(store.engine) as connection:
        audit.record(connection, who=who, action="decide-photos", subject=f"catalogue {name}", after=after)
