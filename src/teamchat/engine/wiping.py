"""The server refuses this device: whether it was removed, and so has to erase what it holds.

The server's word is not enough: a lying one could have every device erase itself. What counts is
an entry of the key directory that ends this device, proved against the log's key that is pinned
here (docs/spec/wiping.md). Without one, the person logs in again.
"""

from dataclasses import replace
from typing import Final

from teamchat.engine import requests
from teamchat.engine.commands import Wipe
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.key_reading import begun
from teamchat.engine.state import ForRemoval, SessionState
from teamchat.engine.step import Step
from teamchat.identity import certificate, removal_question, statements
from teamchat.identity.errors import IdentityError
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
            why = "error-wiped-reset"
            if isinstance(said, Removed):
                why = "error-wiped-by-owner" if said.by else "error-wiped-by-company"
            step.do(Wipe(why, said.day))
            end(step, "link-wiped")
            return
        if step.desk.keys.witnesses is not None:  # theirs may be missing yet
            step.set_timer(AGAIN, AGAIN_SECONDS)
    end(step, "link-revoked")


def take_refusal(step: Step, code: Code | None) -> None:
    """There is no proof, or none yet."""
    if code in _LATER:
        step.set_timer(AGAIN, AGAIN_SECONDS)
    end(step, "link-revoked")


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
        return said if _ends_this(step, said) else None
    except (TransparencyError, IdentityError):
        return None


def _policy(step: Step, key: VerifierKey) -> Policy:
    """Ask for the witnesses that the person requires, so that nobody shows an entry here alone."""
    required = step.desk.keys.witnesses
    if required is None:
        return Policy(key)
    return Policy(key, tuple(map(VerifierKey.parse, required.witnesses)), required.quorum)


def _ends_this(step: Step, said: Statement) -> bool:
    """Say whether an entry ends this device.

    Raises:
        IdentityError: Its signature or certificate is wrong.
    """
    account = step.account
    match said:
        case Removed(user=account.user, device=account.device, by=by):
            _check_signature(step, said, by)
            return True
        case Reset(user=account.user, certificate=brought):
            read = certificate.read(brought)
            anew = read.identity_key != account.identity_key
            return anew and read.user_id == account.user and read.device_id != account.device
        case _:
            return False


def _check_signature(step: Step, said: Removed, by: DeviceId) -> None:
    """Check who signed, if this device knows the one that did; it may have come since.

    A removal needs no signature, so one that cannot be checked takes away nothing.
    """
    keys = step.desk.keys.directory.people.get(step.account.user)
    listed = keys.devices.get(by) if keys is not None else None
    if listed is not None:
        statements.verify_removal(listed.device_key, said)
