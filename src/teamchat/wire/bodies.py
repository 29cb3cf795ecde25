"""Request and answer bodies of the HTTP API, by resource (docs/reference/openapi.json).

JSON; bytes travel as base64. Unknown fields of a request are refused, so that a typing
error is not silently ignored; unknown fields of an answer are skipped, so that an old
client survives a newer server.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from teamchat.ids import (
    PATTERN,
    BlobId,
    ConversationId,
    DeviceId,
    InvitationId,
    SiteId,
    UserId,
)
from teamchat.wire import limits

Name = Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARACTERS)]
UserName = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9._@+-]*$(?!\n)")
]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Secret = Annotated[str, Meta(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
Identifier = Annotated[str, Meta(pattern=PATTERN)]
Count = Annotated[int, Meta(ge=0, le=2**48 - 1)]
"""Of anything; there are not that many, and every language of a client holds it exactly."""
Suite = Annotated[int, Meta(ge=0, le=2**16 - 1)]
"""An MLS cipher suite (RFC 9420 §17.1)."""
WhichUser = Annotated[UserId, Meta(pattern=PATTERN)]
WhichDevice = Annotated[DeviceId, Meta(pattern=PATTERN)]
WhichConversation = Annotated[ConversationId, Meta(pattern=PATTERN)]
WhichSite = Annotated[SiteId, Meta(pattern=PATTERN)]
WhichInvitation = Annotated[InvitationId, Meta(pattern=PATTERN)]
WhichBlob = Annotated[BlobId, Meta(pattern=PATTERN)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")]
KeyPackageBytes = Annotated[bytes, Meta(min_length=1, max_length=limits.KEY_PACKAGE_BYTES)]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that a client sends."""


class Answer(msgspec.Struct, frozen=True):
    """A body that the server sends."""


class Role(StrEnum):
    """What a person may do in the organisation."""

    OWNER = "owner"
    IT_ADMIN = "it_admin"
    SITE_ADMIN = "site_admin"
    USER_MANAGER = "user_manager"
    COMPLIANCE_OFFICER = "compliance_officer"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    WORKS_COUNCIL = "works_council"
    AUDITOR = "auditor"
    EMPLOYEE = "employee"


class MemberRole(StrEnum):
    """What a member may do in a conversation."""

    ADMIN = "admin"
    MEMBER = "member"


class ConversationKind(StrEnum):
    """Two people, or any number of them."""

    DIRECT = "direct"
    GROUP = "group"


# --- server ---------------------------------------------------------------------------


class Site(Answer, frozen=True):
    """A place of the organisation; `time_zone` is an IANA name."""

    id: WhichSite
    name: str
    time_zone: str


class Server(Answer, frozen=True):
    """Which server this is, told to anybody.

    `password_characters` is how many a new password has at least; 0 if the server does not say.
    """

    organisation: str
    version: str
    protocol: Count
    suites: list[Suite]
    password_characters: Count = 0


# --- invitations and sessions -----------------------------------------------------------


class InvitationSecret(Request, frozen=True):
    """The secret of an invitation link, from its fragment."""

    secret: Secret


class InvitationShown(Answer, frozen=True):
    """Whom an invitation is for."""

    user_name: str
    display_name: str
    organisation: str
    site: Site
    language: str


class Redeem(Request, frozen=True):
    """Use an invitation: set the first password."""

    secret: Secret
    password: Password


class Login(Request, frozen=True):
    """Start a session with a password."""

    user_name: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Password


class Session(Answer, frozen=True):
    """A session. `token` is shown once; `expires` is in seconds since 1970."""

    token: str
    expires: Count
    user: "User"


class ChangePassword(Request, frozen=True):
    """Set another password; every other session of the person ends."""

    old: Password
    new: Password


# --- people and devices -----------------------------------------------------------------


class Device(Answer, frozen=True):
    """A device as its owner and its peers see it; `certificate` is `identity.certificate`."""

    id: WhichDevice
    name: str
    certificate: bytes
    created: Count
    last_active_day: Count
    """Days since 1970; no finer, because nobody needs more. 0 for anybody but the owner."""


class User(Answer, frozen=True):
    """A person as a colleague sees them; `identity_key` is empty until the first device."""

    id: WhichUser
    user_name: str
    display_name: str
    site: Site
    active: bool
    identity_key: bytes = b""


class UserWithDevices(Answer, frozen=True):
    """A person and the devices that read for them."""

    user: User
    devices: list[Device]


class Users(Answer, frozen=True):
    """A page of people; `next` continues the list and is empty at its end."""

    users: list[User]
    next: str = ""


class ManagedUser(User, frozen=True):
    """A person as those who administer see them: with their roles."""

    roles: list[Role] = []


class ManagedUsers(Answer, frozen=True):
    """A page of people with their roles; `next` as in `Users`."""

    users: list[ManagedUser]
    next: str = ""


class Me(Answer, frozen=True):
    """Oneself."""

    user: User
    roles: list[Role]
    organisation: str
    language: str
    device: WhichDevice | None


class SetIdentity(Request, frozen=True):
    """Publish the identity key of a person; once.

    `recovery_box` is the identity secret, sealed under the recovery key that only the person
    has (docs/spec/recovery.md): the server keeps it and cannot open it.
    """

    identity_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    recovery_box: Annotated[bytes, Meta(min_length=1, max_length=1024)]


class Identity(Answer, frozen=True):
    """The person's own identity as kept by the server; both are empty before the first device."""

    identity_key: bytes
    recovery_box: bytes


class AddDevice(Request, frozen=True):
    """Register the device of this session, with its stock of key packages."""

    name: Name
    certificate: Annotated[bytes, Meta(min_length=1, max_length=1024)]
    key_packages: Annotated[list[KeyPackageBytes], Meta(max_length=limits.KEY_PACKAGES)]
    last_resort: KeyPackageBytes


class TakeDevice(Request, frozen=True):
    """Bind this session to a device that is registered already (docs/spec/session-proof.md)."""

    device: WhichDevice
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]


class RemoveDevice(Request, frozen=True):
    """End one of one's devices, and have the key directory say that its owner wanted it.

    `signature` is by the key of the device `by`, over what docs/spec/key-directory.md says.
    """

    by: WhichDevice
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]


class Devices(Answer, frozen=True):
    """The devices of one person."""

    devices: list[Device]


class AddKeyPackages(Request, frozen=True):
    """Refill the stock; a new last-resort key package replaces the old one."""

    key_packages: Annotated[list[KeyPackageBytes], Meta(max_length=limits.KEY_PACKAGES)]
    last_resort: KeyPackageBytes | None = None


class KeyPackageCount(Answer, frozen=True):
    """How many single-use key packages are left."""

    left: Count


class ClaimKeyPackages(Request, frozen=True):
    """Take one key package of every device of these people."""

    users: Annotated[list[Identifier], Meta(min_length=1, max_length=limits.MEMBERS)]


class ClaimedKeyPackage(Answer, frozen=True):
    """One key package; it is handed to nobody else unless it is the last resort."""

    user: WhichUser
    device: WhichDevice
    key_package: bytes


class ClaimedKeyPackages(Answer, frozen=True):
    """What was claimed; `missing` lists people without any device that can be added."""

    key_packages: list[ClaimedKeyPackage]
    missing: list[WhichUser]


# --- key directory ----------------------------------------------------------------------


class KeyLog(Answer, frozen=True):
    """Where the key directory is and how far (docs/spec/key-directory.md).

    `key` is a vkey line, `checkpoint` a signed note with the cosignatures that there are.
    """

    origin: str
    key: str
    checkpoint: str


# --- conversations ----------------------------------------------------------------------


class CreateConversation(Request, frozen=True):
    """Register a conversation and the group of one that its creator has made for it.

    The MLS group id is the 16 bytes of `id`. For a direct conversation `peer` is the other
    person; the same two people have one direct conversation only.
    """

    id: Identifier
    kind: ConversationKind
    group_info: Annotated[bytes, Meta(min_length=1, max_length=limits.MIB)]
    ratchet_tree: Annotated[bytes, Meta(min_length=1, max_length=limits.MIB)]
    peer: Identifier | None = None


class Member(Answer, frozen=True):
    """A person in a conversation and those of their devices that are in its group."""

    user: WhichUser
    role: MemberRole
    devices: list[WhichDevice]


class Conversation(Answer, frozen=True):
    """A conversation as its members see it."""

    id: WhichConversation
    kind: ConversationKind
    log_epoch: Count
    min_seq: Count
    head: Count
    epoch: Count
    joined: bool
    """Whether the device that asks is in the group."""
    members: list[Member]


class Conversations(Answer, frozen=True):
    """The conversations of the person who asks."""

    conversations: list[Conversation]


class Group(Answer, frozen=True):
    """What a device needs to join a group by itself (RFC 9420 §12.4.3.2)."""

    epoch: Count
    head: Count
    log_epoch: Count
    group_info: bytes
    ratchet_tree: bytes


class SetMemberRole(Request, frozen=True):
    """Change what a member may do."""

    role: MemberRole


# --- blobs ------------------------------------------------------------------------------


class Blob(Answer, frozen=True):
    """An encrypted file; the server knows its size and nothing else."""

    id: WhichBlob
    size: Count


# --- administration -----------------------------------------------------------------------


class CreateUser(Request, frozen=True):
    """Provision a person; the answer carries an invitation."""

    user_name: UserName
    display_name: Name
    site: Identifier
    roles: Annotated[list[Role], Meta(min_length=1, max_length=9)] = msgspec.field(
        default_factory=lambda: [Role.EMPLOYEE]
    )
    language: Language = "en"


class Invitation(Answer, frozen=True):
    """A single-use invitation; `link` carries the secret in its fragment and is shown once."""

    id: WhichInvitation
    link: str
    expires: Count


class CreatedUser(Answer, frozen=True):
    """A new person and the link they enter by."""

    user: User
    invitation: Invitation


class Sites(Answer, frozen=True):
    """The sites of the organisation."""

    sites: list[Site]


class CreateSite(Request, frozen=True):
    """Add a site."""

    name: Name
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)]
