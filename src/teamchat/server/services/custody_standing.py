"""What both sides of custody ask: what is entrusted, who has approved, whom to tell."""

from sqlalchemy import Connection

from teamchat.ids import UserId
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.sessions import shown
from teamchat.server.storage.database import after_commit
from teamchat.server.storage.queries import custodians, custody, people, registration
from teamchat.server.storage.queries.custodians import StoredSet
from teamchat.server.storage.queries.custody import StoredAnswer, StoredDeposit, StoredRequest
from teamchat.wire.bodies import User
from teamchat.wire.custody import Verdict
from teamchat.wire.frames import OwnKind
from teamchat.wire.problems import Code, ProblemError, Reason


def entrusted(connection: Connection, user: UserId) -> tuple[StoredDeposit, StoredSet]:
    """Return what somebody has entrusted to the custodians of now, and these.

    Raises:
        ProblemError: NOT_FOUND, nothing.
    """
    deposit, found = custody.deposit_of(connection, user), custodians.set_in_force(connection)
    if deposit is None or found is None or deposit.which != found.id:
        raise ProblemError(
            Code.NOT_FOUND, "nothing is entrusted to the custodians",
            reason=Reason.NOTHING_ENTRUSTED,
        )  # fmt: skip
    return deposit, found


def answers(connection: Connection, request: StoredRequest) -> dict[UserId, StoredAnswer]:
    """Return what custodians say to a request, by custodian.

    What a device has said that was removed before shares were given out counts for nothing: it
    may have been a thief's.
    """
    found = custody.answers_to(connection, request.id)
    if request.used is not None:
        return found
    return {
        user: each
        for user, each in found.items()
        if registration.key_of(connection, user, each.device) is not None
    }


def approvals(connection: Connection, request: StoredRequest) -> int:
    """Return how many custodians have approved."""
    found = answers(connection, request).values()
    return sum(each.verdict is Verdict.APPROVED for each in found)


def person(connection: Connection, user: UserId) -> User:
    """Return a person as others see them.

    Raises:
        ProblemError: NOT_FOUND.
    """
    found = people.person_by_id(connection, user)
    if found is None:
        raise ProblemError(Code.NOT_FOUND, "there is no such person")
    return shown(found)


def tell(connection: Connection, announce: Announce, *users: UserId) -> None:
    """Have the devices of people look, once this is durable."""
    for user in {*users}:
        told = OwnChanged(user, OwnKind.CUSTODY)
        after_commit(connection, lambda told=told: announce(told))  # type: ignore[misc]
