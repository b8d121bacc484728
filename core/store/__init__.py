"""What was learned and decided, kept: runs, promotions and jobs in a database, large things as artefacts beside it.

A run becomes visible by one rename (its artefact) and one database transaction (its row); before that a reader sees
nothing of it, after that everything.
"""

from core.store.base.store import Store, open_store

__all__ = ["Store", "open_store"]
