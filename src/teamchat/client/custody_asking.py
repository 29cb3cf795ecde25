"""Who asks a custodian: by the names that this device has for their id, not by the server's.

A custodian hears a voice and looks for its name. So a server that calls the request of one person
by the name of another is refused before anybody is asked for a code (docs/spec/custodians.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from teamchat.client.errors import AccountError
from teamchat.engine.directory import owner_of
from teamchat.engine.records import PersonRecord
from teamchat.engine.view import person_of
from teamchat.ids import UserId
from teamchat.wire.custody import CustodyRequest


@dataclass(frozen=True, slots=True)
class Asking:
    """A request, and who asks as this device knows them.

    Attributes:
        request: As the server gives it.
        user_name: Of whoever has that id, as this device has it; the code is bound to it.
        name: The name to show for them.
        met: This device has their identity key from a conversation. Otherwise the names are the
            server's word alone.
        called: What the server calls them, if that is not what this device does; else empty.
    """

    request: CustodyRequest
    user_name: str
    name: str
    met: bool
    called: str = ""

    def check(self) -> None:
        """Insist that the server means whom this device knows.

        Raises:
            AccountError: It calls them by another name (`error-custody-name`).
        """
        if self.called:
            raise AccountError("error-custody-name", name=self.name, called=self.called)


def asking(request: CustodyRequest, people: Mapping[UserId, PersonRecord]) -> Asking:
    """Return who asks.

    Args:
        request: As the server gives it.
        people: Whom this device knows.
    """
    user = request.user
    said = PersonRecord(user.id, user_name=user.user_name, name=user.display_name)
    known = people.get(user.id)
    if known is not None and known.user_name:
        same = (known.user_name, known.name) == (said.user_name, said.name)
        shown = person_of(known, people)
        return Asking(
            request, known.user_name, shown.name, bool(known.identity_key),
            called="" if same else _both(said),
        )  # fmt: skip
    owner = owner_of(people, said.user_name)
    shown = person_of(said, people)
    return Asking(
        request, said.user_name, shown.name, met=False,
        called="" if owner is None else _both(said),
    )  # fmt: skip


def _both(said: PersonRecord) -> str:
    return f"{said.name} ({said.user_name})"
