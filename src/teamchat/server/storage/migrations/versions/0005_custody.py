"""Custodians of the company may hold shares of recovery keys."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custodian_set",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("appointed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custodian_set")),
    )
    op.create_table(
        "custodian",
        sa.Column("custodian_set", sa.String(26), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(26), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["custodian_set"], ["custodian_set.id"], name=op.f("fk_custodian_custodian_set")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_custodian_person")),
        sa.ForeignKeyConstraint(["by"], ["device.id"], name=op.f("fk_custodian_by")),
        sa.PrimaryKeyConstraint("custodian_set", "person", name=op.f("pk_custodian")),
    )
    op.create_table(
        "custody_deposit",
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("custodian_set", sa.String(26), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_custody_deposit_person")),
        sa.ForeignKeyConstraint(
            ["custodian_set"], ["custodian_set.id"], name=op.f("fk_custody_deposit_custodian_set")
        ),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_custody_deposit")),
        sa.UniqueConstraint("id", name=op.f("uq_custody_deposit_id")),
    )
    op.create_table(
        "custody_share",
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("custodian", sa.String(26), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["custody_deposit.person"], name=op.f("fk_custody_share_person")
        ),
        sa.ForeignKeyConstraint(
            ["custodian"], ["person.id"], name=op.f("fk_custody_share_custodian")
        ),
        sa.PrimaryKeyConstraint("person", "custodian", name=op.f("pk_custody_share")),
    )
    op.create_table(
        "custody_request",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("claim_hash", sa.LargeBinary(), nullable=False),
        sa.Column("slot", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"], ["custody_deposit.person"], name=op.f("fk_custody_request_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_request")),
        sa.UniqueConstraint("person", name=op.f("uq_custody_request_person")),
    )
    op.create_index(op.f("ix_custody_request_expires"), "custody_request", ["expires"])
    op.create_table(
        "custody_answer",
        sa.Column("request", sa.String(26), nullable=False),
        sa.Column("custodian", sa.String(26), nullable=False),
        sa.Column("verdict", sa.String(64), nullable=False),
        sa.Column("device", sa.String(26), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request"], ["custody_request.id"], name=op.f("fk_custody_answer_request")
        ),
        sa.ForeignKeyConstraint(
            ["custodian"], ["person.id"], name=op.f("fk_custody_answer_custodian")
        ),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_custody_answer_device")),
        sa.PrimaryKeyConstraint("request", "custodian", name=op.f("pk_custody_answer")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup instead")
