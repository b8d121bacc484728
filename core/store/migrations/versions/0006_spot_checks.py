"""Products of the untouched pile that are asked back, and what people say of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "spot_checks",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("batch_number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("drawn_by", sa.String(200), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_spot_checks"),
        sa.UniqueConstraint("batch_number", "position", name="uq_spot_checks_batch_number"),
        sa.ForeignKeyConstraint(
            ["batch_number", "position"], ["batch_photos.batch_number", "batch_photos.position"],
            name="fk_spot_checks_batch_number",
        ),
    )  # fmt: skip
    op.create_table(
        "spot_answers",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("category", sa.Text),
        sa.Column("answered_by", sa.String(200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_spot_answers"),
        sa.ForeignKeyConstraint(["number"], ["spot_checks.number"], name="fk_spot_answers_number"),
    )
    if op.get_context().dialect.name == "sqlite":
        for table in ("spot_checks", "spot_answers"):
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
                )
