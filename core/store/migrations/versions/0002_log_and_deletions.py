"""The log of who did what, what was overridden at a promotion, roll backs told from promotions, deleted versions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    # Defaults, because the lines that stand there already need a value and can never be changed.
    op.add_column("promotions", sa.Column("kind", sa.String(20), nullable=False, server_default="promotion"))
    op.add_column("promotions", sa.Column("overridden", sa.JSON, nullable=False, server_default="{}"))
    op.create_table(
        "log",
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_log"),
    )
    op.create_table(
        "deletions",
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("artefact", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("deleted_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_deletions"),
    )
    if op.get_context().dialect.name == "sqlite":
        for table in ("log", "deletions"):
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
                )
