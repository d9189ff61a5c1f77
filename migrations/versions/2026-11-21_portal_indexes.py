"""What pages of the portal are read by, where there are hundreds of thousands of rows."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_messages_speaks_for_id"), "messages", ["speaks_for", "id"])
