"""What was taken from folders that a scheduler watches, and the files that were written for it into other folders."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "folder_files",
        sa.Column("batch_number", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("batch_number", "place", name="pk_folder_files"),
        sa.ForeignKeyConstraint(["batch_number"], ["batches.number"], name="fk_folder_files_batch_number"),
    )
    op.create_index("ix_folder_files_sha256", "folder_files", ["sha256"])
    op.create_table(
        "folder_lists",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("batch_number", sa.Integer, nullable=False),
        sa.Column("layout", sa.String(20), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("positions", sa.JSON, nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_folder_lists"),
        sa.ForeignKeyConstraint(["batch_number"], ["batches.number"], name="fk_folder_lists_batch_number"),
    )
    op.create_index("ix_folder_lists_batch_number", "folder_lists", ["batch_number"])
    if op.get_context().dialect.name == "sqlite":
        for table in ("folder_files", "folder_lists"):
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
                )
