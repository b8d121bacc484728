"""Deliveries that differ from what their line was made for and were let go by a person."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "batch_releases",
        sa.Column("batch_number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("num_checked", sa.Integer, nullable=False),
        sa.Column("num_right", sa.Integer, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_number", name="pk_batch_releases"),
        sa.ForeignKeyConstraint(["batch_number"], ["batches.number"], name="fk_batch_releases_batch_number"),
    )
    if op.get_context().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER batch_releases_no_{action.lower()} BEFORE {action} ON batch_releases "
                "BEGIN SELECT RAISE(ABORT, 'batch_releases cannot be changed'); END"
            )
