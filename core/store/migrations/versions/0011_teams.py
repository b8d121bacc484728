"""For teams: a number of the database, guards on every database, and who works on what on which computer."""

import uuid

import sqlalchemy as sa
from alembic import op

from core.store.base import guards

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table("identity", sa.Column("id", sa.String(32), primary_key=True))
    op.execute(f"INSERT INTO identity (id) VALUES ('{uuid.uuid4().hex}')")
    op.add_column("jobs", sa.Column("host", sa.String(200)))
    op.add_column("jobs", sa.Column("place", sa.String(32)))
    op.add_column("jobs", sa.Column("owner", sa.String(32)))
    op.add_column("jobs", sa.Column("lease_until", sa.DateTime(timezone=True)))
    op.add_column("jobs", sa.Column("clock", sa.String(100)))
    guards.set_up(op.get_bind())
