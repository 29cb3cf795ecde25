"""Looking after the own account: what the server says of it is only a hint to look.

Called when the server has greeted this device and whenever it says that something has changed.
What is looked after by HTTP from outside hears of it as a change; what is looked after here
adds its own look to `heed`.
"""

from teamchat.engine import custody, requests
from teamchat.engine.model import OwnChanged
from teamchat.engine.state import ForOwnReset
from teamchat.engine.step import Step
from teamchat.identity import statements
from teamchat.identity.errors import IdentityError
from teamchat.wire.frames import OwnKind
from teamchat.wire.recovery import PendingReset

EVERYTHING = ""
"""The kind of a look that nothing particular led to."""


def heed(step: Step, kind: str = EVERYTHING) -> None:
    """Look after the own account.

    Args:
        step: The event's work.
        kind: What the server says has changed (`wire.frames.OwnKind`), or EVERYTHING.
    """
    step.show(OwnChanged(kind))
    custody.look(step, kind)
    if kind in {EVERYTHING, OwnKind.RESET}:
        step.ask(ForOwnReset(), requests.own_reset())


def take_reset(step: Step, body: object) -> None:
    """Somebody with the person's password may have asked for another identity: say so, once."""
    if not isinstance(body, PendingReset) or not body.identity_key:
        return
    try:
        day = statements.day_of(body.due)
    except IdentityError:  # a server that makes up times
        return
    arguments = ("day", day), ("key", body.identity_key.hex()[:16])
    if not step.has_told("alarm-own-reset-asked", *arguments):
        step.alarm("alarm-own-reset-asked", *arguments)
