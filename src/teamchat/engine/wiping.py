"""Whether this device was removed, and so has to erase what it holds.

The server's word is not enough: a lying one could have every device erase itself. What counts is
an entry of the key directory that ends this device, proved against the log's key that is pinned
here (docs/spec/wiping.md). If the server refuses the device, it is asked for that proof; without
one, the person logs in again. If the server goes on as if nothing were, the log that was read is
the proof.
"""

from dataclasses import replace
from typing import Final

from teamchat.engine import requests
from teamchat.engine.commands import CloseSocket, Wipe
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.key_reading import Reading, begun
from teamchat.engine.state import ForRemoval, SessionState
from teamchat.engine.step import Step
from teamchat.identity import removal_question, statements
from teamchat.identity.errors import IdentityError
from teamchat.identity.key_directory import Keys
from teamchat.identity.keys import DeviceKey
from teamchat.identity.statements import Removed, Reset, Statement
from teamchat.ids import DeviceId
from teamchat.transparency import (
    Policy,
    TLogProof,
    TransparencyError,
    VerifierKey,
    leaf_hash,
)
from teamchat.wire.devices import AskRemoval, RemovalProof
from teamchat.wire.problems import Code

AGAIN: Final = Timer(TimerKind.REMOVAL)
AGAIN_SECONDS: Final = 60.0
"""How soon is asked again if there was no answer."""
_LATER: Final = frozenset({None, Code.OVERLOADED, Code.TOO_MANY_REQUESTS, Code.INTERNAL})


def ask(step: Step) -> None:
    """Ask the server to prove that this device was removed, if it was."""
    account, now, key = step.account, step.now, _log_key(step)
    if key is None:  # nothing could be proved
        end(step, "link-revoked")
        return
    signature = removal_question.sign(
        DeviceKey(account.device_seed), device=account.device, time=now
    )
    asked = AskRemoval(account.device, now, signature, begun(key))
    step.ask(ForRemoval(), requests.removal_proof(asked))


def take_answer(step: Step, body: object) -> None:
    """The server has answered: erase everything if it is proved, and nothing otherwise."""
    key = _log_key(step)
    if isinstance(body, RemovalProof) and key is not None:
        said = _proved(step, body, key)
        if isinstance(said, Removed | Reset):
            _erase(step, said)
            return
        if step.desk.keys.witnesses is not None:  # theirs may be missing yet
            step.set_timer(AGAIN, AGAIN_SECONDS)
    end(step, "link-revoked")


def take_refusal(step: Step, code: Code | None) -> None:
    """There is no proof, or none yet."""
    if code in _LATER:
        step.set_timer(AGAIN, AGAIN_SECONDS)
    end(step, "link-revoked")


def heed(step: Step, reading: Reading) -> None:
    """The log was read on: erase everything if an entry that counts ends this device.

    What it signed itself does not: whoever leaves erases, and a new login is to find nothing gone.
    """
    account, person = step.account, reading.directory.people.get(step.account.user)
    own = person.devices.get(account.device) if person is not None else None
    if own is None or not own.ended or not _is_vouched_for(step, reading):
        return
    for entry in reading.notes.told:
        if entry.refused or entry.index <= own.index:
            continue
        match entry.statement:
            case Removed(device=account.device, by=by) as said if by != account.device:
                pass
            case Reset() as said:
                pass
            case _:
                continue
        step.do(CloseSocket())
        _erase(step, said)
        return


def _erase(step: Step, said: Removed | Reset) -> None:
    why = "error-wiped-reset"
    if isinstance(said, Removed):
        why = "error-wiped-by-owner" if said.by else "error-wiped-by-company"
    step.do(Wipe(why, said.day))
    end(step, "link-wiped")


def end(step: Step, detail: str) -> None:
    """It is known why the session was refused; only a new login helps, or nothing does."""
    step.session = replace(step.session, state=SessionState.ENDED)
    step.detail = detail


def _log_key(step: Step) -> VerifierKey | None:
    """Return the log's key that is pinned here, or was promised by the invitation."""
    keys = step.desk.keys
    if keys.pin is not None:
        return keys.pin.key
    return None if keys.promise is None else keys.promise.key


def _proved(step: Step, body: RemovalProof, key: VerifierKey) -> Statement | None:
    """Return the entry, if it is in the log and ends this device."""
    try:
        proof = TLogProof.decode(body.proof.encode())
        proof.verify(leaf_hash(proof.extra), _policy(step, key))
        said = statements.decode(proof.extra)
        return said if _ends_this(step, proof, said) else None
    except (TransparencyError, IdentityError):
        return None


def _policy(step: Step, key: VerifierKey) -> Policy:
    """Ask for the witnesses that the person requires, so that nobody shows an entry here alone."""
    required = step.desk.keys.witnesses
    if required is None:
        return Policy(key)
    return Policy(key, tuple(map(VerifierKey.parse, required.witnesses)), required.quorum)


def _is_vouched_for(step: Step, reading: Reading) -> bool:
    try:
        _policy(step, reading.offer.key).check(reading.offer.note)
    except TransparencyError:
        return False
    return True


def _ends_this(step: Step, proof: TLogProof, said: Statement) -> bool:
    """Say whether an entry ends this device.

    An entry that is true but old may be shown, or logged, once more: a reset counts only behind
    this device's own entry, and the pinned directory says what it changes.

    Raises:
        IdentityError: Its signature is wrong.
    """
    account, directory = step.account, step.desk.keys.directory
    person = directory.people.get(account.user)
    own = person.devices.get(account.device) if person is not None else None
    match said:
        case Removed(user=account.user, device=account.device):
            if own is None or (_is_unread(step, proof) and not _knows(person, said.by)):
                _check_signature(person, said)
                return True
        case Reset(user=account.user):
            pass
        case _:
            return False
    if own is None or proof.index <= own.index:
        return False
    if _is_unread(step, proof):
        directory, (entry,) = directory.after([proof.extra])
        if isinstance(said, Reset) and entry.refused:  # an old one, logged again
            return False
    return directory.people[account.user].devices[account.device].ended


def _is_unread(step: Step, proof: TLogProof) -> bool:
    """Whether an entry is behind everything that was read of the log."""
    pin = step.desk.keys.pin
    return pin is None or proof.index >= pin.head.size


def _knows(person: Keys | None, by: DeviceId) -> bool:
    """Whether whoever asked for a removal is known, or nobody is named."""
    return not by or (person is not None and by in person.devices)


def _check_signature(person: Keys | None, said: Removed) -> None:
    """Check who signed, if this device knows the one that did; it may have come since.

    A removal needs no signature, so one that cannot be checked takes away nothing.
    """
    listed = person.devices.get(said.by) if person is not None else None
    if listed is not None:
        statements.verify_removal(listed.device_key, said)
