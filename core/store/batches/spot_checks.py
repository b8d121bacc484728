"""Spot checks: products of the untouched pile that are drawn at random each week and asked back, without their tag.

Who answers does not see what the model said. Nothing is ever changed: a draw stays, and each product of it is answered
once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import sqlalchemy as sa

from core import errors
from core.access.roles import Action
from core.quality import acceptance
from core.store.base import audit, database, permission, schema
from core.store.base.store import Store
from core.store.batches import automation_lines

_FIELDS = ("number", "week", "batch_number", "position", "tag", "drawn_by", "drawn_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class SpotCheck:
    """One product that was drawn, and what a person said of it."""

    number: int
    """1, 2, 3, ... over all weeks."""
    week: str
    """For which it was drawn, as `acceptance.week_of`."""
    batch_number: int
    """The batch of the product."""
    position: int
    """Its position there."""
    tag: str
    """The class name that it left with; never shown before it is answered."""
    drawn_by: str
    """Who had it drawn."""
    drawn_at: datetime
    """When, UTC."""
    category: str | None = None
    """The class name that a person chose; None: not answered, or it is none of the categories."""
    answered_by: str = ""
    """Who answered; empty: nobody yet."""
    answered_at: datetime | None = None
    """When, UTC."""

    @property
    def is_answered(self) -> bool:
        """Whether a person has answered."""
        return bool(self.answered_by)


@permission.needs(Action.REVIEW)
def draw(store: Store, products: pd.DataFrame, *, week: str, num: int, who: str) -> list[SpotCheck]:
    """Draws products for a week among those that left untouched; drawn again, it only fills up to `num`.

    Of them `acceptance.OF_THIS_WEEK` are of products tagged in that week, where there are so many.

    Args:
        store: where.
        products: table of `core.tagging.products` of every batch, times in the zone in which weeks are told; only rows
            with `by_line` are drawn.
        week: as `acceptance.week_of`.
        num: how many that week has in the end, if there are so many.
        who: who has them drawn.
    """
    who = automation_lines.checked_person(who)
    untouched = products[products["by_line"]] if len(products) else products
    rows = {(int(row["batch"]), int(row["position"])): row for row in untouched.to_dict("records")}
    new = {key for key, row in rows.items() if acceptance.week_of(row["tagged_at"]) == week}
    with database.write(store.engine) as connection:
        before = _checks(connection)
        known = {(check.batch_number, check.position) for check in before}
        mine = [(check.batch_number, check.position) for check in before if check.week == week]
        num_new = round(num * acceptance.OF_THIS_WEEK) - sum(key in new for key in mine)
        open_keys = [key for key in rows if key not in known]
        wanted = acceptance.drawn_by_age(
            [key for key in open_keys if key in new],
            [key for key in open_keys if key not in new],
            max(0, num - len(mine)),
            week,
            num_new=max(0, num_new),
        )
        now = datetime.now(UTC)
        for number, (batch, position) in enumerate(wanted, start=len(before) + 1):
            values = (number, week, batch, position, str(rows[batch, position]["tag"]), who, now)
            connection.execute(sa.insert(schema.spot_checks).values(**dict(zip(_FIELDS, values, strict=True))))
        if wanted:
            audit.record(connection, who=who, action="draw-checks", subject=f"week {week}", after=len(wanted))
        return [check for check in _checks(connection) if check.week == week]


@permission.needs(Action.REVIEW)
def answer(store: Store, number: int, category: str | None, *, class_names: Sequence[str], who: str) -> SpotCheck:
    """Keeps what a person says that a drawn product is; the same answer of the same person again changes nothing.

    Args:
        store: where.
        number: of the spot check.
        category: class name; None: it is none of the categories.
        class_names: what can be chosen.
        who: who says it.

    Raises:
        errors.TaggingRefused: there is no such check, or no such category.
        errors.DecisionConflict: somebody has answered it before, in another way.
    """
    who = automation_lines.checked_person(who)
    if category is not None and category not in class_names:
        raise errors.TaggingRefused(f"A spot check is one of {', '.join(class_names)}, got {category!r}.")
    with database.write(store.engine) as connection:
        held = {check.number: check for check in _checks(connection)}.get(number)
        if held is None:
            raise errors.TaggingRefused(f"There is no spot check {number}. Draw this week's first.")
        if held.is_answered:
            if (held.category, held.answered_by) == (category, who):
                return held
            raise errors.DecisionConflict(f"{held.answered_by} has answered this check already; look at the next one.")
        values = {"number": number, "category": category, "answered_by": who, "answered_at": datetime.now(UTC)}
        connection.execute(sa.insert(schema.spot_answers).values(**values))
        return next(check for check in _checks(connection) if check.number == number)


def all_checks(store: Store) -> list[SpotCheck]:
    """Every product that was ever drawn, with its answer, in the order of drawing."""
    with database.read(store.engine) as connection:
        return _checks(connection)


def _checks(connection: sa.Connection) -> list[SpotCheck]:
    checks, answers = schema.spot_checks, schema.spot_answers
    columns = (*(checks.c[name] for name in _FIELDS), answers.c.category, answers.c.answered_by, answers.c.answered_at)
    select = sa.select(*columns).join(answers, answers.c.number == checks.c.number, isouter=True)
    rows = connection.execute(select.order_by(checks.c.number)).mappings()
    return [SpotCheck(**{**row, "answered_by": row["answered_by"] or ""}) for row in rows]


def products_state(store: Store) -> tuple[int, ...]:
    """Numbers of which one changes whenever the products of batches do: tags, decisions, lines."""
    newest = [
        sa.select(sa.func.count()).select_from(schema.batch_tags),
        sa.select(sa.func.max(schema.batches.c.number)),
        sa.select(sa.func.max(schema.tag_decisions.c.number)),
        sa.select(sa.func.max(schema.automation_lines.c.number)),
        sa.select(sa.func.count()).select_from(schema.batch_releases),
    ]
    with database.read(store.engine) as connection:
        return tuple(connection.scalar(select) or 0 for select in newest)
