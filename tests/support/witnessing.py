"""Requests to a witness, and logs that can tell two stories."""

from collections.abc import Sequence

from teamchat.transparency import Policy, SignedNote, WitnessKey
from teamchat.transparency.encoding import encode_base64
from teamchat.witness.decision import Followed
from teamchat.witness.request import AddCheckpoint
from tests.support.tlog import LOG_KEY, StoredLog, checkpoint, entries

SEED = bytes(range(100, 132))
WITNESS = WitnessKey("witness.example/council", SEED)
POLICY = Policy(LOG_KEY.verifier, (WITNESS.verifier,), 1)
NEW = Followed(POLICY)


def body(old: int, proof: Sequence[bytes], note: SignedNote) -> bytes:
    """The bytes of a request."""
    lines = [f"old {old}", *map(encode_base64, proof), ""]
    return "".join(f"{line}\n" for line in lines).encode() + note.encode()


def asked(log: StoredLog, old: int) -> bytes:
    """What an honest poster sends: the log as it stands, with the proof from an old size."""
    return body(old, log.consistency(old), checkpoint(log.tree.head, log.key))


def request(log: StoredLog, old: int) -> AddCheckpoint:
    """The same, read."""
    return AddCheckpoint.decode(asked(log, old))


def two_stories(common: int, size: int) -> tuple[StoredLog, StoredLog]:
    """A log that shows some one history and others another, the same in the beginning."""
    one = StoredLog().append(entries(size))
    other = StoredLog().append(entries(common)).append(entries(size - common, start=1_000_000))
    return one, other
