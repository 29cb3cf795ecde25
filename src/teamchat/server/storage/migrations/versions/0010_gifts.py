"""Files that a member gives to new ones go when they are taken, or when their time is over."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("blob", sa.Column("expires", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_blob_expires"), "blob", ["expires"])
    op.create_table(
        "blob_taker",
        sa.Column("blob", sa.String(length=26), nullable=False),
        sa.Column("device", sa.String(length=26), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["blob"], ["blob.id"], name=op.f("fk_blob_taker_blob")),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_blob_taker_device")),
        sa.PrimaryKeyConstraint("blob", "device", name=op.f("pk_blob_taker")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
