"""The HTTP requests that the engine makes, in one place (docs/reference/openapi.json)."""

from collections.abc import Sequence

from teamchat.engine.commands import Query
from teamchat.ids import ConversationId, UserId
from teamchat.wire.alarms import ReportAlarm
from teamchat.wire.bodies import (
    AddKeyPackages,
    ClaimedKeyPackages,
    ClaimKeyPackages,
    Conversation,
    Conversations,
    CreateConversation,
    Group,
    KeyLog,
    KeyPackageCount,
    UserWithDevices,
)
from teamchat.wire.custody import Custody, CustodyRequests
from teamchat.wire.devices import AskRemoval, RemovalProof
from teamchat.wire.recovery import PendingReset


def claim(users: Sequence[UserId]) -> Query:
    """Take one key package of every device of these people."""
    return Query("POST", "/key-packages/claim", ClaimedKeyPackages, ClaimKeyPackages(list(users)))


def count_key_packages() -> Query:
    """Ask how many key packages are left."""
    return Query("GET", "/key-packages", KeyPackageCount)


def add_key_packages(key_packages: Sequence[bytes], last_resort: bytes | None) -> Query:
    """Publish key packages."""
    body = AddKeyPackages(list(key_packages), last_resort)
    return Query("POST", "/key-packages", KeyPackageCount, body)


def person(user: UserId) -> Query:
    """Ask who somebody is."""
    return Query("GET", f"/users/{user}", UserWithDevices)


def conversations() -> Query:
    """Ask which conversations there are."""
    return Query("GET", "/conversations", Conversations)


def conversation(conversation: ConversationId) -> Query:
    """Ask who is in a conversation and may do what."""
    return Query("GET", f"/conversations/{conversation}", Conversation)


def remove_absent(conversation: ConversationId, user: UserId) -> Query:
    """Remove a member who has no device in the group."""
    return Query("DELETE", f"/conversations/{conversation}/members/{user}", None)


def create(body: CreateConversation) -> Query:
    """Register a conversation."""
    return Query("POST", "/conversations", Conversation, body)


def group(conversation: ConversationId) -> Query:
    """Ask for what an external commit needs."""
    return Query("GET", f"/conversations/{conversation}/group", Group)


def ratchet_tree(conversation: ConversationId, epoch: int) -> Query:
    """Ask for the ratchet tree that a Welcome needs."""
    return Query("GET", f"/conversations/{conversation}/tree/{epoch}", None)


def report_alarm(body: ReportAlarm) -> Query:
    """Tell of an alarm about the key directory."""
    return Query("POST", "/me/alarms", None, body)


def own_reset() -> Query:
    """Ask whether another identity was asked for in this person's name."""
    return Query("GET", "/me/identity/reset", PendingReset)


def key_log() -> Query:
    """Ask how far the key directory is."""
    return Query("GET", "/keys", KeyLog)


def custody() -> Query:
    """Ask what this person has entrusted to custodians, and whether somebody asks for it."""
    return Query("GET", "/me/custody", Custody)


def custody_requests() -> Query:
    """Ask which requests this person can answer as a custodian."""
    return Query("GET", "/custody/requests", CustodyRequests)


def removal_proof(asked: AskRemoval) -> Query:
    """Ask for the proof that this device was removed."""
    return Query("POST", "/devices/removal-proof", RemovalProof, asked)


def of_key_log(begun: int, path: str, start: int = 0) -> Query:
    """Ask for a tile or a bundle of entries of the key directory, without its first bytes."""
    return Query("GET", f"/keys/{begun}/{path}", None, start=start)
