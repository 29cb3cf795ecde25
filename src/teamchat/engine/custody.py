"""Telling a person of requests to custodians: of one for their own key, and of those they answer.

The server says that there is something; what it is, is asked for. Who asked once is told once. What
a custodian decides, and whether a code is right, is not here (`client.custody`).
"""

from typing import Final

from teamchat.engine import requests
from teamchat.engine.state import ForCustody
from teamchat.engine.step import Step
from teamchat.identity import statements
from teamchat.identity.errors import IdentityError
from teamchat.wire.bodies import User
from teamchat.wire.custody import Custody, CustodyRequests, Standing, Verdict
from teamchat.wire.frames import OwnKind

_ASKED: Final = "notice-custody-asked"


def look(step: Step, kind: str) -> None:
    """Ask whether there is a request, if there can be one.

    Args:
        step: The event's work.
        kind: What the server says has changed; empty if nothing particular.
    """
    custodians = step.desk.keys.directory.custodians
    if kind == OwnKind.CUSTODY or (not kind and custodians is not None):
        step.ask(ForCustody(), requests.custody())
        step.ask(ForCustody(), requests.custody_requests())


def take_answer(step: Step, body: object) -> None:
    """Tell of what was not told before."""
    match body:
        case Custody(request=request) if request is not None:
            if request.standing is Standing.USED:
                _tell(step, "notice-custody-opened", request.id, request.made)
            else:
                _tell(step, "alarm-custody-requested", request.id, request.made)
        case CustodyRequests(requests=found):
            _end_all_but(step, {each.id for each in found if each.verdict is Verdict.WAITING})
            for each in found:
                if each.verdict is Verdict.WAITING:
                    name = ("name", _called(step, each.user))
                    _tell(step, _ASKED, each.id, each.made, name)
        case _:
            pass


def _end_all_but(step: Step, waiting: set[str]) -> None:
    """End what was told of requests that do not wait for this person any more."""
    step.end_alarms(
        lambda alarm: alarm.key == _ASKED and dict(alarm.arguments).get("request") not in waiting
    )


def _called(step: Step, user: User) -> str:
    """Return the name to tell of somebody: the server's word only if they were never met."""
    known = step.person(user.id)
    return known.name if known is not None and known.name else user.display_name


def _tell(step: Step, key: str, request: str, made: int, *more: tuple[str, str]) -> None:
    try:
        day = statements.day_of(made)
    except IdentityError:  # a server that names no time says nothing else either
        day = ""
    told = (*more, ("day", day), ("request", request))
    if not step.has_told(key, *told):
        step.alarm(key, *told)
