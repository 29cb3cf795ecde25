"""The one list of errors a client can meet over HTTP (RFC 9457), and their status codes.

`type` is `urn:teamchat:problem:<code>`; every code has a page in docs/problems. A client
decides by `code`, shows its own words, and may show `detail` to someone who can mend it.
"""

from enum import Enum, StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from teamchat.errors import TeamchatError

MEDIA_TYPE = "application/problem+json"


class Meaning(NamedTuple):
    """What a problem code stands for."""

    status: int
    title: str


class Code(Enum):
    """Every problem, with its HTTP status and its title."""

    MALFORMED = Meaning(400, "The request could not be read")
    INVALID = Meaning(422, "The request says something that is not allowed")
    NOT_LOGGED_IN = Meaning(401, "No valid session")
    WRONG_CREDENTIALS = Meaning(401, "User name or password is wrong")
    REVOKED = Meaning(401, "This session or device was ended")
    NO_DEVICE = Meaning(403, "The session has no device yet")
    FORBIDDEN = Meaning(403, "Not allowed")
    NOT_FOUND = Meaning(404, "Not here, or not for you")
    METHOD_NOT_ALLOWED = Meaning(405, "This address does not take this method")
    CONFLICT = Meaning(409, "It exists already, or has changed in the meantime")
    INVITATION_USED = Meaning(410, "The invitation was used, withdrawn or has expired")
    TOO_LARGE = Meaning(413, "Larger than allowed")
    UNSUPPORTED_MEDIA_TYPE = Meaning(415, "Not a media type this address takes")
    TOO_MANY_REQUESTS = Meaning(429, "Too many requests")
    INTERNAL = Meaning(500, "The server made a mistake")
    OVERLOADED = Meaning(503, "The server cannot take this now")
    STORAGE_FULL = Meaning(507, "The server has no room left")

    @property
    def slug(self) -> str:
        """The code as it is written in URLs, bodies and file names."""
        return self.name.lower().replace("_", "-")

    @property
    def status(self) -> int:
        """The HTTP status that goes with it."""
        return self.value.status

    @property
    def title(self) -> str:
        """One short English line for people who read logs."""
        return self.value.title


class Reason(StrEnum):
    """Why exactly, where a code alone would leave a person guessing; a slug of its own.

    A client that does not know a reason, because its server is newer, goes by the code.
    """

    PASSWORD_TOO_SHORT = "password-too-short"  # noqa: S105 - the name of a reason
    PASSWORD_TOO_EASY = "password-too-easy"  # noqa: S105 - the name of a reason
    USER_NAME_TAKEN = "user-name-taken"
    USER_NAME_NOT_USABLE = "user-name-not-usable"
    NAME_NOT_USABLE = "name-not-usable"
    NAME_UNSEEN = "name-unseen"
    SITE_TAKEN = "site-taken"
    NO_SUCH_SITE = "no-such-site"
    NO_SUCH_TIME_ZONE = "no-such-time-zone"
    ONESELF = "oneself"
    TOO_MANY_DEVICES = "too-many-devices"
    TOO_MANY_DEVICE_CHANGES = "too-many-device-changes"
    TOO_MANY_RENEWALS = "too-many-renewals"
    LINKING_CODE_USED = "linking-code-used"
    LINKING_WAITS = "linking-waits"
    LINKING_DECLINED = "linking-declined"
    DEACTIVATED = "deactivated"
    OWN_DEVICE = "own-device"
    OWN_ACCOUNT_DEACTIVATED = "own-account-deactivated"
    HISTORY_GIVEN_ALREADY = "history-given-already"
    NO_HISTORY_BACKUP = "no-history-backup"
    CUSTODIANS_TOO_FEW = "custodians-too-few"
    CUSTODIANS_CHANGED = "custodians-changed"
    CUSTODIANS_NOT_READY = "custodians-not-ready"
    NOTHING_ENTRUSTED = "nothing-entrusted"
    CUSTODY_ASKED = "custody-asked"
    CUSTODY_APPROVED = "custody-approved"
    NO_RESET_ASKED = "no-reset-asked"
    RESET_NOT_DUE = "reset-not-due"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an error answer (RFC 9457 §3.1); `reason` is one of `Reason`, or empty."""

    type: str
    title: str
    status: Annotated[int, Meta(ge=100, le=599)]
    code: str
    detail: str = ""
    retry_after: Annotated[int, Meta(ge=0, le=2**31)] = 0
    reason: str = ""


class ProblemError(TeamchatError):
    """What a service raises when a request must be answered with a problem.

    Args:
        code: Which problem.
        detail: One sentence that says what to do; holds no secret and nothing anybody wrote.
        retry_after: Seconds after which the same request may succeed, or 0.
        reason: Why exactly (`Reason`), for clients to say in their own words, or empty.
    """

    def __init__(
        self, code: Code, detail: str = "", *, retry_after: int = 0, reason: str = ""
    ) -> None:
        super().__init__(f"{code.slug}: {detail}" if detail else code.slug)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.reason = reason

    def body(self) -> Problem:
        """Return the problem as it travels."""
        return Problem(
            type=f"urn:teamchat:problem:{self.code.slug}",
            title=self.code.title,
            status=self.code.status,
            code=self.code.slug,
            detail=self.detail,
            retry_after=self.retry_after,
            reason=str(self.reason),
        )


def code_of(slug: str) -> Code | None:
    """Return the code with this slug; None if a newer server knows one that we do not."""
    return next((code for code in Code if code.slug == slug), None)
