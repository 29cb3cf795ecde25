"""Who is asking: a person, through one session, perhaps on a registered device.

An actor is made by `services.sessions` from a token that was looked up and found valid; nothing
else makes one. It is a snapshot for one request: revocation is checked again at the next.
"""

from dataclasses import dataclass

from teamchat.ids import DeviceId, SessionId, UserId
from teamchat.server.auth.permissions import Action, allowed
from teamchat.wire.bodies import Role
from teamchat.wire.problems import Code, ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person with a valid session; `device` is None until one is registered for it."""

    user: UserId
    session: SessionId
    roles: frozenset[Role]
    device: DeviceId | None = None

    def require(self, action: Action) -> None:
        """Insist that this actor may do something.

        Raises:
            ProblemError: FORBIDDEN, no role of the person allows it; NO_DEVICE, it takes a device.
        """
        if not allowed(self.roles, action):
            raise ProblemError(Code.FORBIDDEN, f"no role of yours allows {action.value}")
        if action.needs_device and self.device is None:
            raise ProblemError(Code.NO_DEVICE, "register a device for this session first")

    def on_device(self) -> DeviceId:
        """Return the device that is asking.

        Raises:
            ProblemError: NO_DEVICE, the session has none.
        """
        if self.device is None:
            raise ProblemError(Code.NO_DEVICE, "register a device for this session first")
        return self.device
