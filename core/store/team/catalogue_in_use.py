"""Which own catalogue trainings use where nobody names one: the team's choice, told in the log."""

from core.access.roles import Action
from core.catalogue import kept
from core.store.base import audit, database, permission
from core.store.base.store import Store


def current(store: Store) -> str | None:
    """Its name; None: the garments that come with the program."""
    return kept.in_use(store.home)


@permission.needs(Action.DELETE)
def remove(store: Store, name: str, *, who: str) -> None:
    """Moves that catalogue to the trash.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
        errors.CatalogueError: it is the one in use.
    """
    kept.remove(store.home, name)
    with database.write(store.engine) as connection:
        audit.record(connection, who=who, action="remove-catalogue", subject=f"catalogue {name}")


@permission.needs(Action.COLLECT)
def choose(store: Store, name: str | None, *, who: str) -> None:
    """Has trainings use that catalogue from now on; None: the garments that come with the program.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
    """
    before = current(store)
    kept.use(store.home, name)
    with database.write(store.engine) as connection:
        audit.record(
            connection, who=who, action="use-catalogue", subject=f"catalogue {name or 'of the program'}",
            before=before, after=name,
        )  # fmt: skip
