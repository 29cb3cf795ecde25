"""The sizes both sides agree on; the server refuses what is larger before it reads it."""

from typing import Final

PROTOCOL_VERSION: Final = 1

KIB: Final = 1024
MIB: Final = 1024 * KIB

MESSAGE_BYTES: Final = 256 * KIB
"""One application message or proposal."""

COMMIT_BYTES: Final = 8 * MIB
"""A commit with its Welcome and GroupInfo: 1,000 members under X-Wing fit."""

FRAME_BYTES: Final = COMMIT_BYTES + 64 * KIB
"""One frame of the socket."""

BODY_BYTES: Final = 1 * MIB
"""One JSON body, unless its route says otherwise."""

BATCH_ITEMS: Final = 256
BATCH_BYTES: Final = 64 * KIB
CREDIT_BYTES: Final = 256 * KIB
SYNC_CONVERSATIONS: Final = 10_000

CLIENT_ID_BYTES: Final = 16
EPHEMERAL_BYTES: Final = 4 * KIB
EPHEMERAL_TTL_MS: Final = 10_000

KEY_PACKAGE_BYTES: Final = 16 * KIB
KEY_PACKAGES: Final = 100
"""How many single-use key packages of one device the server holds."""

MEMBERS: Final = 1_000
"""How many people are in one conversation."""
LEAVES: Final = 5_000
"""How many devices are in one group: a commit that renews a path above blank nodes holds a secret
for each, some 1.2 KiB under X-Wing, and still fits COMMIT_BYTES."""
LEAF_BYTES: Final = 4 * KIB
"""One leaf of a group's tree; ours have 1.6 KiB under X-Wing."""
GROUP_INFO_BYTES: Final = 64 * KIB
"""One GroupInfo without the tree; ours have 1.5 KiB under X-Wing."""
TREE_BYTES: Final = 28 * MIB
"""What a tree of LEAVES leaves, each as large as may be, and of the nodes above them can have. Ours
has half of that at most."""
NAME_CHARACTERS: Final = 200
PAST_EPOCHS: Final = 5
"""Application messages of this many epochs before the current one are still accepted."""
