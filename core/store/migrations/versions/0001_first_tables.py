"""First tables: catalogues, runs, promotions, team choices, jobs.

Written out rather than taken from `core.store.base.schema`, which will go on changing while this step must not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "catalogues",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("class_names", sa.JSON, nullable=False),
        sa.Column("artefact", sa.String(64), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_catalogues"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("recipe_name", sa.String(100), nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("catalogue_fingerprint", sa.String(64), nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("code_version", sa.String(64), nullable=False),
        sa.Column("artefact", sa.String(64), nullable=False),
        sa.Column("num_train", sa.Integer, nullable=False),
        sa.Column("num_validation", sa.Integer, nullable=False),
        sa.Column("num_test", sa.Integer, nullable=False),
        sa.Column("num_correct", sa.Integer, nullable=False),
        sa.Column("accuracy", sa.Float, nullable=False),
        sa.Column("temperature", sa.Float),
        sa.Column("train_seconds", sa.Float, nullable=False),
        sa.Column("total_seconds", sa.Float, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("version", name="uq_runs_version"),
        sa.ForeignKeyConstraint(
            ["catalogue_fingerprint"], ["catalogues.fingerprint"], name="fk_runs_catalogue_fingerprint"
        ),
        sa.CheckConstraint("accuracy >= 0 AND accuracy <= 1", name="ck_runs_accuracy_is_share"),
        sa.CheckConstraint("num_correct >= 0 AND num_correct <= num_test", name="ck_runs_counts_agree"),
    )
    op.create_index("ix_runs_identity", "runs", ["identity"])
    op.create_table(
        "promotions",
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("previous_run_id", sa.String(32)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("promoted_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_promotions"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_promotions_run_id"),
        sa.ForeignKeyConstraint(["previous_run_id"], ["runs.id"], name="fk_promotions_previous_run_id"),
    )
    op.create_table(
        "team_choices",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("chosen_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_team_choices"),
    )
    op.create_index("ix_team_choices_name", "team_choices", ["name"])
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("slot", sa.Integer),
        sa.Column("recipe", sa.String(100), nullable=False),
        sa.Column("catalogue", sa.String(100)),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("epochs", sa.Integer),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(200), nullable=False),
        sa.Column("fraction", sa.Float, nullable=False),
        sa.Column("seconds_left", sa.Float),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("started_by", sa.String(200), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("started_at", instant),
        sa.Column("ended_at", instant),
        sa.Column("heartbeat_at", instant, nullable=False),
        sa.Column("run_id", sa.String(32)),
        sa.PrimaryKeyConstraint("number", name="pk_jobs"),
        sa.UniqueConstraint("id", name="uq_jobs_id"),
        sa.UniqueConstraint("slot", name="uq_jobs_slot"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_jobs_run_id"),
    )
    if op.get_context().dialect.name == "sqlite":
        # A run that was ever live is kept by the foreign keys; history itself can only grow.
        for table, action in (
            ("runs", "UPDATE"),
            ("promotions", "UPDATE"),
            ("promotions", "DELETE"),
            ("team_choices", "UPDATE"),
            ("team_choices", "DELETE"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
            )
