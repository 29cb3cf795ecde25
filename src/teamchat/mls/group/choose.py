"""Which pending proposals a commit of ours takes up (RFC 9420 §12.2, §12.4).

All that are valid together: of several changes to one leaf a Remove, else the latest
Update; of several for one client the first Add; a ReInit only if there is nothing else.
What is left out may be sent again by its sender in the next epoch.

Nobody must be able to keep us from committing by a proposal that fits no other, so what
does not go together is left out as well. Finding it takes a bounded number of trials.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Final

from teamchat.mls.errors import MlsError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.evolution.rules_of_list import target
from teamchat.mls.group.state import GroupState
from teamchat.mls.messages.commit import MAX_PROPOSALS
from teamchat.mls.messages.proposals import (
    Add,
    GroupContextExtensions,
    PreSharedKey,
    ReInit,
    Remove,
    Update,
)

MAX_TRIALS: Final = 64
"""How often a part of the pending proposals is tried before the rest is left out."""

Chosen = dict[bytes, SentProposal]
Check = Callable[[Sequence[SentProposal]], None]
"""Raises an MlsError for a list that no commit could hold."""


def choose(state: GroupState, by_value: Sequence[SentProposal], check: Check) -> Chosen:
    """Return the pending proposals to commit beside `by_value`, by ProposalRef."""
    candidates = _candidates(state, by_value, check)
    chosen = _Trials(check, by_value).most_of(candidates)
    return {ref: sent for ref, sent in state.pending_proposals.items() if ref in chosen}


def _candidates(
    state: GroupState, by_value: Sequence[SentProposal], check: Check
) -> list[tuple[bytes, SentProposal]]:
    """Return those that are valid alone and claim nothing twice, the preferred first."""
    taken = {_claim(sent) for sent in by_value}
    found: list[tuple[bytes, SentProposal]] = []
    for ref, sent in _by_preference(state):
        if len(by_value) + len(found) >= MAX_PROPOSALS:
            break
        if isinstance(sent.proposal, ReInit) and (by_value or found):
            continue
        claim = _claim(sent)
        if target(sent) == state.own_leaf or claim in taken or not _passes([sent], check):
            continue
        found.append((ref, sent))
        taken.add(claim)
    return found


class _Trials:
    """Finds what goes together: all at once, or else the halves one after the other."""

    def __init__(self, check: Check, by_value: Sequence[SentProposal]) -> None:
        self._check = check
        self._by_value = by_value
        self._left = MAX_TRIALS
        self._chosen: Chosen = {}

    def most_of(self, candidates: Sequence[tuple[bytes, SentProposal]]) -> Chosen:
        """Return those chosen before and as many of these as go with them."""
        if candidates and self._left:
            self._left -= 1
            together = self._chosen | dict(candidates)
            if _passes([*together.values(), *self._by_value], self._check):
                self._chosen = together
            elif len(candidates) > 1:
                middle = len(candidates) // 2
                self.most_of(candidates[:middle])
                self.most_of(candidates[middle:])
        return self._chosen


def _by_preference(state: GroupState) -> list[tuple[bytes, SentProposal]]:
    """Order so that whoever comes first may stay: Removes, other things, Updates latest first."""
    pending = list(state.pending_proposals.items())
    updates = [item for item in pending if isinstance(item[1].proposal, Update)]
    others = [item for item in pending if not isinstance(item[1].proposal, Update)]
    others.sort(key=lambda item: _rank(item[1]))
    reinits = [item for item in others if isinstance(item[1].proposal, ReInit)]
    return others[: len(others) - len(reinits)] + updates[::-1] + reinits


def _rank(sent: SentProposal) -> int:
    match sent.proposal:
        case Remove():
            return 0
        case ReInit():
            return 2
        case _:
            return 1


def _claim(sent: SentProposal) -> Hashable:
    """Return what no two proposals of one commit may share."""
    match sent.proposal:
        case Remove() | Update():
            return "leaf", target(sent)
        case Add(key_package):
            return "client", key_package.leaf_node.signature_key
        case PreSharedKey(psk):
            return "psk", psk
        case GroupContextExtensions():
            return "extensions"
        case _:
            return id(sent)


def _passes(proposals: Sequence[SentProposal], check: Check) -> bool:
    try:
        check(proposals)
    except MlsError:
        return False
    return True
