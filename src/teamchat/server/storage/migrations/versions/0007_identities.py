"""Identity keys of before, and resets that were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_identity",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identity_key", sa.LargeBinary(), nullable=False),
        sa.Column("rotation", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_former_identity_person")),
        sa.PrimaryKeyConstraint("person", "n", name=op.f("pk_former_identity")),
    )
    op.create_table(
        "identity_reset",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("identity_key", sa.LargeBinary(), nullable=False),
        sa.Column("recovery_box", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_identity_reset_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_identity_reset")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
