"""Batches of photos, their tags and what people decide of them, and the lines above which tags are trusted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ONLY_GROWING = ("automation_lines", "batches", "batch_photos", "batch_tags", "tag_decisions")


def upgrade() -> None:
    _create_lines()
    _create_batches()
    _create_tags()
    _create_decisions()
    if op.get_context().dialect.name == "sqlite":
        for table in ONLY_GROWING:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
                )


def _create_lines() -> None:
    op.create_table(
        "automation_lines",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("max_wrong_in_100", sa.Float),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_automation_lines"),
        sa.UniqueConstraint("request_id", name="uq_automation_lines_request_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_automation_lines_run_id"),
    )
    op.create_index("ix_automation_lines_run_id", "automation_lines", ["run_id"])


def _create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("num_photos", sa.Integer, nullable=False),
        sa.Column("suggested", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_batches"),
        sa.UniqueConstraint("id", name="uq_batches_id"),
        sa.UniqueConstraint("request_id", name="uq_batches_request_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_batches_run_id"),
    )
    op.create_table(
        "batch_photos",
        sa.Column("batch_number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("refused", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch_number", "position", name="pk_batch_photos"),
        sa.ForeignKeyConstraint(["batch_number"], ["batches.number"], name="fk_batch_photos_batch_number"),
    )
    op.create_table(
        "batch_work",
        sa.Column("batch_number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_number", name="pk_batch_work"),
        sa.ForeignKeyConstraint(["batch_number"], ["batches.number"], name="fk_batch_work_batch_number"),
    )


def _create_tags() -> None:
    op.create_table(
        "batch_tags",
        sa.Column("batch_number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("guesses", sa.JSON, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("needs_look", sa.Boolean, nullable=False),
        sa.Column("is_unlike", sa.Boolean, nullable=False),
        sa.Column("strangeness", sa.Float),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("tagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_number", "position", name="pk_batch_tags"),
        sa.ForeignKeyConstraint(
            ["batch_number", "position"], ["batch_photos.batch_number", "batch_photos.position"],
            name="fk_batch_tags_batch_number",
        ),
    )  # fmt: skip


def _create_decisions() -> None:
    op.create_table(
        "tag_decisions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("batch_number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_tag_decisions"),
        sa.UniqueConstraint("request_id", "place", name="uq_tag_decisions_request_id"),
        sa.ForeignKeyConstraint(
            ["batch_number", "position"], ["batch_photos.batch_number", "batch_photos.position"],
            name="fk_tag_decisions_batch_number",
        ),
        sa.CheckConstraint(
            "kind IN ('accepted', 'changed', 'rejected', 'withdrawn')", name="ck_tag_decisions_kind_is_known"
        ),
        sa.CheckConstraint(
            "(kind IN ('accepted', 'changed')) = (category IS NOT NULL)", name="ck_tag_decisions_category_fits"
        ),
    )  # fmt: skip
    op.create_index("ix_tag_decisions_batch_number", "tag_decisions", ["batch_number", "position", "number"])
