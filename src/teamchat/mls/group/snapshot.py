"""GroupState to bytes and back, in parts that change only when their content does.

    group                     the epoch: context, secrets, our private keys
    tree:<tree hash>          the ratchet tree
    proposal:<ref>            one pending proposal
    past:<epoch>              one past epoch, its message keys apart
    keys:<epoch>:<position>   one end of an epoch's secret tree: a sender's ratchets, or
                              the secret of a subtree in which nobody has sent yet

A message changes one `keys` part, and a sender's first message one for each level of the
tree: storing it costs the same in a group of ten and of a thousand. A secret that was
consumed is in none of the parts, so whoever applies `Changes` also deletes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from teamchat.mls.codec import field_codec
from teamchat.mls.crypto import Secret
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.errors import DecodeError, UsageError, ValidationError
from teamchat.mls.group.records import (
    VERSION,
    GroupRecord,
    KeysRecord,
    NodeKeyRecord,
    PastRecord,
    ProposalRecord,
    RatchetsRecord,
    SealedRecord,
    SecretsRecord,
    keys_node,
    keys_record,
)
from teamchat.mls.group.state import MAX_PAST_EPOCHS, GroupState, PastEpoch, roster_of
from teamchat.mls.schedule.secret_tree import Branch, Node, SecretTree, changed
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree_math import NodeIndex, to_node

_KEYS = field_codec(KeysRecord)
Parts = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Changes:
    """What to store and what to delete to get from one state to the next."""

    put: dict[str, bytes]
    delete: frozenset[str]

    def __repr__(self) -> str:
        return f"Changes(put={len(self.put)}, delete={len(self.delete)})"


def snapshot(state: GroupState) -> dict[str, bytes]:
    """Return a whole state as parts."""
    return changes(None, state).put


def changes(before: GroupState | None, after: GroupState) -> Changes:
    """Return how the parts of `after` differ from those of `before`."""
    put: dict[str, bytes] = {}
    gone: set[str] = set()
    for name, data in _differences(before, after):
        if data is None:
            gone.add(name)
        else:
            put[name] = data
    return Changes(put, frozenset(gone - put.keys()))


def restore(parts: Parts) -> GroupState:
    """Read a state from its parts.

    The vault answers for their being the ones that were stored. What is checked here is
    that they belong together, so that no mixture of two states goes on as a third.

    Raises:
        DecodeError: The parts are not those of one state.
    """
    try:
        state = _restored(parts)
    except KeyError as error:
        raise DecodeError(f"the part {error} is missing") from error
    except (UsageError, ValidationError, ValueError) as error:
        raise DecodeError("a part is not what it was stored as") from error
    _check_whole(state)
    return state


def _differences(
    before: GroupState | None, after: GroupState
) -> Iterator[tuple[str, bytes | None]]:
    if before is None or not _is_same_epoch(before, after):
        group = _group(after)
        if before is None or _group(before) != group:
            yield "group", group
    yield from _tree_differences(before, after)
    yield from _proposal_differences(before, after)
    yield from _past_differences(before, after)
    yield from _key_differences(_secret_trees(before), _secret_trees(after))


def _is_same_epoch(before: GroupState, after: GroupState) -> bool:
    """Say whether all that the part `group` holds is untouched; False where that is not obvious."""
    same = (
        before.context is after.context,
        before.private_keys is after.private_keys,
        before.signature_key is after.signature_key,
        before.secrets is after.secrets,
        before.confirmation_tag is after.confirmation_tag,
        before.interim_transcript_hash is after.interim_transcript_hash,
        before.reinit is after.reinit,
        before.own_leaf == after.own_leaf,
        before.secret_tree.depth == after.secret_tree.depth,
    )
    return all(same)


def _group(state: GroupState) -> bytes:
    keys = (NodeKeyRecord(node, key.reveal()) for node, key in state.private_keys.items())
    return GroupRecord(
        VERSION,
        state.context,
        state.own_leaf,
        state.signature_key.reveal(),
        tuple(keys),
        SecretsRecord.of(state.secrets),
        state.secret_tree.depth,
        state.confirmation_tag,
        state.interim_transcript_hash,
        state.reinit,
    ).encode()


def _tree_name(state: GroupState) -> str:
    return f"tree:{state.context.tree_hash.hex()}"


def _tree_differences(
    before: GroupState | None, after: GroupState
) -> Iterator[tuple[str, bytes | None]]:
    if before is not None and _tree_name(before) == _tree_name(after):
        return
    if before is not None:
        yield _tree_name(before), None
    yield _tree_name(after), after.tree.encode()


def _proposal_differences(
    before: GroupState | None, after: GroupState
) -> Iterator[tuple[str, bytes | None]]:
    old = before.pending_proposals if before is not None else {}
    for ref in old.keys() - after.pending_proposals.keys():
        yield f"proposal:{ref.hex()}", None
    for ref, sent in after.pending_proposals.items():
        if ref not in old:
            record = ProposalRecord.of(sent, after.own_updates.get(ref))
            yield f"proposal:{ref.hex()}", record.encode()


def _past_differences(
    before: GroupState | None, after: GroupState
) -> Iterator[tuple[str, bytes | None]]:
    old = {past.context.epoch for past in before.past} if before is not None else set()
    for past in after.past:
        if past.context.epoch not in old:
            yield f"past:{past.context.epoch}", PastRecord.of(past).encode()
    for epoch in old - {past.context.epoch for past in after.past}:
        yield f"past:{epoch}", None


def _secret_trees(state: GroupState | None) -> dict[int, SecretTree]:
    if state is None:
        return {}
    trees = {past.context.epoch: past.secret_tree for past in state.past}
    return trees | {state.epoch: state.secret_tree}


def _key_differences(
    before: Mapping[int, SecretTree], after: Mapping[int, SecretTree]
) -> Iterator[tuple[str, bytes | None]]:
    for epoch in before.keys() | after.keys():
        for position, node in changed(before.get(epoch), after.get(epoch)):
            record = None if node is None else _KEYS.encode(keys_record(node))
            yield f"keys:{epoch}:{position}", record


def _restored(parts: Parts) -> GroupState:
    record = GroupRecord.decode(parts["group"])
    if record.version != VERSION:
        raise DecodeError(f"a snapshot of version {record.version}")
    suite = cipher_suite(record.context.cipher_suite)
    tree = RatchetTree.decode(parts[f"tree:{record.context.tree_hash.hex()}"])
    proposals = {
        _ref(name): ProposalRecord.decode(data) for name, data in _named(parts, "proposal")
    }
    updates = {ref: proposal.own_update() for ref, proposal in proposals.items()}
    return GroupState(
        suite=suite,
        context=record.context,
        tree=tree,
        roster=roster_of(tree),
        own_leaf=record.own_leaf,
        signature_key=Secret(record.signature_key),
        private_keys={key.node: Secret(key.private_key) for key in record.private_keys},
        secrets=record.secrets.secrets(),
        secret_tree=_secret_tree(parts, record.context.epoch, record.depth),
        confirmation_tag=record.confirmation_tag,
        interim_transcript_hash=record.interim_transcript_hash,
        pending_proposals={ref: proposal.sent() for ref, proposal in proposals.items()},
        own_updates={ref: own for ref, own in updates.items() if own is not None},
        past=_past(parts),
        reinit=record.reinit,
    )


def _ref(name: str) -> bytes:
    ref = bytes.fromhex(name)
    if ref.hex() != name:
        raise DecodeError("a part is not named by a ProposalRef")
    return ref


def _check_whole(state: GroupState) -> None:
    """Check that a state's parts fit each other."""
    tree, own = state.tree, to_node(state.own_leaf)
    keys = state.private_keys
    if tree.leaf(state.own_leaf) is None or own not in keys:
        raise DecodeError("a state without its own leaf")
    if any(tree.encryption_key(NodeIndex(node)) is None for node in keys):
        raise DecodeError("a private key without a public one")
    if state.secret_tree.depth != (tree.leaf_count - 1).bit_length():
        raise DecodeError("a secret tree of another size than the ratchet tree")
    epochs = [past.context.epoch for past in state.past]
    if any(past.context.group_id != state.group_id for past in state.past):
        raise DecodeError("a past epoch of another group")
    if len(epochs) > MAX_PAST_EPOCHS or any(epoch >= state.epoch for epoch in epochs):
        raise DecodeError("a past epoch that is not past")


def _past(parts: Parts) -> tuple[PastEpoch, ...]:
    records = (PastRecord.decode(data) for _, data in _named(parts, "past"))
    return tuple(
        PastEpoch(
            record.context,
            record.roster(),
            Secret(record.sender_data_secret),
            Secret(record.resumption_psk),
            _secret_tree(parts, record.context.epoch, record.depth),
            record.time(),
        )
        for record in sorted(records, key=lambda record: record.context.epoch)
    )


def _named(parts: Parts, kind: str) -> Iterator[tuple[str, bytes]]:
    for name, data in parts.items():
        if name.startswith(f"{kind}:"):
            yield name[len(kind) + 1 :], data


def _secret_tree(parts: Parts, epoch: int, depth: int) -> SecretTree:
    ends = dict(_named(parts, f"keys:{epoch}"))

    def node(position: str) -> Node:
        if position in ends:
            record = _KEYS.decode(ends[position])
            return keys_node(cast("SealedRecord | RatchetsRecord", record))
        if len(position) >= depth:
            raise DecodeError(f"the keys of epoch {epoch} are incomplete")
        return Branch(node(position + "0"), node(position + "1"))

    return SecretTree(depth, node(""))
