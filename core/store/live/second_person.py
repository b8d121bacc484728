"""Four eyes: where it is asked for, nobody makes live what they corrected last themselves."""

import sqlalchemy as sa

from core import errors
from core.access import acting
from core.store.base import database, people, schema
from core.store.base.store import Store
from core.store.runs import file_reader
from core.store.runs.runs import Run


def last_reviewer(store: Store, run: Run) -> str:
    """Whose word was the last one, before it was trained, on any garment that this version learned otherwise.

    Empty where it learned every label as it came.
    """
    learned = file_reader.load_corrections(store, run)
    garments = {each["garment"] for each in (*learned["relabelled"], *learned["left_out"])}
    if not garments:
        return ""
    columns = schema.verdicts.c
    lines = sa.select(columns.garment, columns.who).where(columns.said_at <= run.created_at)
    with database.read(store.engine) as connection:
        said = connection.execute(lines.order_by(columns.number.desc()))
        return next((people.person(who) for garment, who in said if garment in garments), "")


def refuse_same(store: Store, run: Run, who: str) -> None:
    """Passes where somebody else than the last reviewer decides, or where that is not asked for.

    Raises:
        errors.PromotionRefused: the person's own corrections would become live by their own hand.
    """
    if not store.settings.second_person:
        return
    signed_in = acting.person()
    name = people.person(signed_in.name if signed_in and signed_in.name else who)
    if name == last_reviewer(store, run):
        raise errors.PromotionRefused(
            f"You, {name}, said last what version {run.version} learned otherwise, so somebody else makes it live "
            "(GARMENTS_SECOND_PERSON). Ask a colleague who is approver to look at it."
        )
