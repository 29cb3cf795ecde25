"""Nothing is said in a group before devices that have ended are out of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conversation",
        sa.Column("clear_from", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.execute(
        """
        UPDATE conversation SET clear_from = epoch + 1 WHERE id IN (
            SELECT membership.conversation FROM membership
            JOIN device ON device.id = membership.device
            JOIN person ON person.id = device.person
            WHERE membership.to_seq IS NULL AND (device.revoked IS NOT NULL OR NOT person.active)
        )
        """
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
