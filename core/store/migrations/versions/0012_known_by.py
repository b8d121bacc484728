"""How the name of a line in the log was known: by a sign-in, by a proxy, by a command, or only as it was typed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("log", sa.Column("known_by", sa.String(200)))
