"""The key directory becomes a log; the server begins it when it starts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_log",
        sa.Column("begun", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("tree_size", sa.BigInteger(), nullable=False),
        sa.Column("tree_hashes", sa.LargeBinary(), nullable=False),
        sa.Column("intended_size", sa.BigInteger(), nullable=False),
        sa.Column("intended_root", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("begun", name=op.f("pk_key_log")),
        sa.UniqueConstraint("origin", name=op.f("uq_key_log_origin")),
    )
    op.create_table(
        "key_log_entry",
        sa.Column("log", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["key_log.begun"], name=op.f("fk_key_log_entry_log")),
        sa.PrimaryKeyConstraint("log", "n", name=op.f("pk_key_log_entry")),
    )
    op.create_table(
        "key_log_tile",
        sa.Column("log", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["key_log.begun"], name=op.f("fk_key_log_tile_log")),
        sa.PrimaryKeyConstraint("log", "level", "n", name=op.f("pk_key_log_tile")),
    )
    op.create_table(
        "key_log_cosignature",
        sa.Column("log", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log"], ["key_log.begun"], name=op.f("fk_key_log_cosignature_log")
        ),
        sa.PrimaryKeyConstraint("log", "witness", name=op.f("pk_key_log_cosignature")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
