"""Devices are linked: mailboxes and grants."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "linking_mailbox",
        sa.Column("name", sa.String(length=26), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=26), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_linking_mailbox_device")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_linking_mailbox")),
    )
    op.create_index(op.f("ix_linking_mailbox_device"), "linking_mailbox", ["device"])
    op.create_index(op.f("ix_linking_mailbox_expires"), "linking_mailbox", ["expires"])
    op.create_table(
        "linking_message",
        sa.Column("mailbox", sa.String(length=26), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("side", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["linking_mailbox.name"], name=op.f("fk_linking_message_mailbox")
        ),
        sa.PrimaryKeyConstraint("mailbox", "n", name=op.f("pk_linking_message")),
    )
    op.create_table(
        "linking_grant",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("by", sa.String(length=26), nullable=False),
        sa.Column("certificate_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["device.id"], name=op.f("fk_linking_grant_by")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_linking_grant_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linking_grant")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_linking_grant_secret_hash")),
    )
    op.create_index(op.f("ix_linking_grant_person"), "linking_grant", ["person"])
    op.create_index(op.f("ix_linking_grant_expires"), "linking_grant", ["expires"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
