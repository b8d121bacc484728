"""One table for all work in the background: the taggings of batches move to the trainings and searches."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# A worker of the program before cannot go on in the new table: what it was at waits for its turn again.
STATUSES = {
    "waiting": "queued", "starting": "queued", "running": "queued", "stopping": "cancelled",
    "finished": "finished", "stopped": "cancelled", "failed": "failed",
}  # fmt: skip


def upgrade() -> None:
    op.execute(
        "ALTER TABLE jobs ADD COLUMN batch_number INTEGER CONSTRAINT fk_jobs_batch_number REFERENCES batches (number)"
    )
    op.add_column("jobs", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_jobs_batch_number", "jobs", ["batch_number"], unique=True)
    _move_taggings()
    op.drop_table("batch_work")


def _move_taggings() -> None:
    connection = op.get_bind()
    held = sa.text(
        "SELECT batch_number, status, attempts, message, details, heartbeat_at, created_by, created_at "
        "FROM batch_work JOIN batches ON number = batch_number ORDER BY batch_number"
    )
    added = sa.text(
        "INSERT INTO jobs (id, kind, batch_number, status, attempts, message, details, heartbeat_at, started_by, "
        "created_at, ended_at, stage, fraction, cancel_requested, recipe, seed, again) VALUES (:id, 'tagging', "
        ":batch_number, :status, :attempts, :message, :details, :heartbeat_at, :created_by, :created_at, :ended_at, "
        ":stage, :fraction, :no, '', 0, :no)"
    )
    for row in connection.execute(held).mappings().all():
        status = STATUSES[row["status"]]
        is_waiting, is_done = status == "queued", status == "finished"
        values = {
            **row, "status": status, "id": uuid.uuid4().hex[:12], "no": False,
            "ended_at": None if is_waiting else row["heartbeat_at"],
            "stage": "waiting for its turn" if is_waiting else "finished" if is_done else "tagging",
            "fraction": 1.0 if is_done else 0.0,
        }  # fmt: skip
        connection.execute(added, values)
