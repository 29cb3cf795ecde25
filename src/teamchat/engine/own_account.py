"""Looking after the own account: what the server says of it is only a hint to look.

Called when the server has greeted this device and whenever it says that something has changed.
What is looked after by HTTP from outside hears of it as a change; what is looked after here
adds its own look to `heed`.
"""

from teamchat.engine import custody
from teamchat.engine.model import OwnChanged
from teamchat.engine.step import Step

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
