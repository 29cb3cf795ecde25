"""Histories for new devices, and their backup."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "history_archive",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("receiver", sa.String(length=26), nullable=True),
        sa.Column("maker", sa.String(length=26), nullable=True),
        sa.Column("slot", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["maker"], ["device.id"], name=op.f("fk_history_archive_maker")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_history_archive_person")),
        sa.ForeignKeyConstraint(
            ["receiver"], ["device.id"], name=op.f("fk_history_archive_receiver")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_archive")),
        sa.UniqueConstraint("receiver", name=op.f("uq_history_archive_receiver")),
    )
    for column in ("expires", "maker", "person"):
        op.create_index(op.f(f"ix_history_archive_{column}"), "history_archive", [column])
    op.create_table(
        "history_part",
        sa.Column("archive", sa.String(length=26), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("file", sa.String(length=26), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["archive"], ["history_archive.id"], name=op.f("fk_history_part_archive")
        ),
        sa.PrimaryKeyConstraint("archive", "n", name=op.f("pk_history_part")),
        sa.UniqueConstraint("file", name=op.f("uq_history_part_file")),
    )
    op.create_table(
        "history_backup",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_history_backup_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_history_backup")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
