"""GroupContext: the summary of a group that every key depends on (RFC 9420 §8.1)."""

from typing import Annotated

from teamchat.mls.codec import Kept, Opaque, struct, uint16, uint64
from teamchat.mls.extensions import Extensions


@struct
class GroupContext(Kept):
    """GroupContext (§8.1)."""

    version: Annotated[int, uint16]
    cipher_suite: Annotated[int, uint16]
    group_id: Annotated[bytes, Opaque()]
    epoch: Annotated[int, uint64]
    tree_hash: Annotated[bytes, Opaque()]
    confirmed_transcript_hash: Annotated[bytes, Opaque()]
    extensions: Extensions
