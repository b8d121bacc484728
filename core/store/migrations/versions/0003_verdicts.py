"""Verdicts: what people said of garments, a history that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "verdicts",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("garment", sa.String(64), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("split", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("predicted", sa.Text),
        sa.Column("confidence", sa.Float),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_verdicts"),
        sa.UniqueConstraint("request_id", "place", name="uq_verdicts_request_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_verdicts_run_id"),
        sa.CheckConstraint(
            "kind IN ('model-wrong', 'label-wrong', 'cannot-tell', 'withdrawn')", name="ck_verdicts_kind_is_known"
        ),
        sa.CheckConstraint("split IN ('train', 'validation', 'test')", name="ck_verdicts_split_is_known"),
        sa.CheckConstraint(
            "(kind = 'label-wrong') = (category IS NOT NULL) AND (category IS NULL OR category <> label)",
            name="ck_verdicts_category_fits",
        ),
        sa.CheckConstraint(
            "confidence IS NULL OR (confidence >= 0 AND confidence <= 1)", name="ck_verdicts_confidence_is_share"
        ),
        sa.CheckConstraint("seen < number", name="ck_verdicts_seen_is_earlier"),
    )
    op.create_index("ix_verdicts_garment", "verdicts", ["garment", "who", "number", "kind", "category", "split"])
    if op.get_context().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER verdicts_no_{action.lower()} BEFORE {action} ON verdicts "
                "BEGIN SELECT RAISE(ABORT, 'verdicts cannot be changed'); END"
            )
