"""Devices can say where they are woken."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("device", sa.String(length=26), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_push_subscription_device")
        ),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_push_subscription")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
