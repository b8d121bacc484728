"""What a confirmed line was confirmed for: the categories that were set by hand, and the shop's own mix of products."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("automation_lines", sa.Column("by_hand", sa.JSON))
    op.add_column("automation_lines", sa.Column("mix", sa.JSON))
