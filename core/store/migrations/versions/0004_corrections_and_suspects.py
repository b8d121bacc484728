"""What a run learned from verdicts, and the lists of training garments whose label is probably wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Defaults, because the rows that stand there already learned from the original labels and were trainings.
    op.add_column("runs", sa.Column("num_corrections", sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("num_left_out", sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("corrected_by", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("runs", sa.Column("corrections_digest", sa.String(64), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("kind", sa.String(20), nullable=False, server_default="training"))
    op.create_table(
        "suspect_lists",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("catalogue_fingerprint", sa.String(64), nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("code_version", sa.String(64), nullable=False),
        sa.Column("artefact", sa.String(64), nullable=False),
        sa.Column("num_garments", sa.Integer, nullable=False),
        sa.Column("num_suspects", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_suspect_lists"),
        sa.ForeignKeyConstraint(
            ["catalogue_fingerprint"], ["catalogues.fingerprint"], name="fk_suspect_lists_catalogue_fingerprint"
        ),
    )
    op.create_index("ix_suspect_lists_catalogue_fingerprint", "suspect_lists", ["catalogue_fingerprint"])
    if op.get_context().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER suspect_lists_no_{action.lower()} BEFORE {action} ON suspect_lists "
                "BEGIN SELECT RAISE(ABORT, 'suspect_lists cannot be changed'); END"
            )
