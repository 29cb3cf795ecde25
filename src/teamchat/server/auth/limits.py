"""The one table of rate limits, and the token buckets that hold it.

A bucket belongs to a limit and a key (an account, a device, a network). Buckets live in the
memory of one process and are forgotten: nothing of whoever called is kept.

Logging in is limited per pair of account and network, and per network by failures only. So
nobody can lock a colleague out from elsewhere, whatever they try: the colleague's own network
has a bucket of its own. There is no bucket for an account alone, on purpose.
"""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from teamchat.clock import Clock
from teamchat.wire.problems import Code, ProblemError


class Rate(NamedTuple):
    """How much at once, and how much per second in the long run."""

    burst: int
    per_second: float


class Limit(Enum):
    """Every rate limit."""

    ANONYMOUS_BY_NETWORK = "anonymous", Rate(120, 20.0)
    PAGES_BY_NETWORK = "pages", Rate(2_000, 200.0)
    """Files of the web client, from memory: a whole site behind one address opens it at eight."""
    INVITATION_BY_NETWORK = "invitation", Rate(30, 0.5)
    REMOVAL_PROOFS_BY_NETWORK = "removal-proofs", Rate(60, 1.0)
    REMOVAL_PROOFS_BY_DEVICE = "removal-proofs-device", Rate(10, 1 / 60)
    """The whole key directory is searched for each."""
    LOGIN_BY_PAIR = "login-pair", Rate(10, 1 / 30)
    LOGIN_FAILED_BY_NETWORK = "login-network", Rate(100, 0.5)
    PASSWORD_BY_ACCOUNT = "password", Rate(5, 1 / 60)
    RECOVERY_BOX_BY_PAIR = "recovery-box", Rate(10, 1 / 120)
    RESETS_BY_ACCOUNT = "resets", Rate(5, 1 / 3_600)
    RENEWALS_BY_PERSON = "renewals", Rate(5, 1 / 3_600)
    """How often somebody renews their identity key: everybody reads each entry, for ever."""
    DEVICE_CHANGES_BY_PERSON = "device-changes", Rate(50, 50 / 86_400)
    """How often somebody brings a device, starts anew or renews their key: each is an entry of the
    key directory that stays for ever, and so may be the end of that device. Ending one is never
    refused: there are no more ends than beginnings, and a thief must not use up the person's."""
    DENIALS_BY_ACCOUNT = "denials", Rate(1, 1 / 3_600)
    """How often it is written down that somebody asked for what they may not do."""
    REQUESTS_BY_SESSION = "requests", Rate(300, 30.0)
    DIRECTORY_BY_SESSION = "directory", Rate(200, 10.0)
    KEY_LOG_BY_SESSION = "key-log", Rate(600, 20.0)
    """A directory of 100,000 entries is read at once."""
    ALARMS_BY_PERSON = "alarms", Rate(20, 1 / 3_600)
    """How often it is written down that somebody has an alarm about the key directory."""
    DEVICES_BY_SESSION = "devices", Rate(10, 1 / 60)
    PUSH_BY_SESSION = "push", Rate(20, 1 / 60)
    """A page says where it is woken each time that it is opened, if that is new."""
    KEY_PACKAGES_BY_SESSION = "key-packages", Rate(60, 1.0)
    KEY_PACKAGE_CLAIMS_BY_ACCOUNT = "claims", Rate(2_000, 2.0)
    """Counted in people asked for: claiming empties other people's stock."""
    CONVERSATIONS_BY_SESSION = "conversations", Rate(60, 0.5)
    LINKINGS_BY_NETWORK = "linkings-network", Rate(60, 0.5)
    """Mailboxes and grants: a code that is scanned is renewed every minute."""
    OPENING_BY_NEIGHBOURHOOD = "linkings-neighbourhood", Rate(300, 1.0)
    """Mailboxes: who has an IPv6 /48 has 65,536 networks, and is not to fill them all."""
    FEW_OPENINGS_BY_NETWORK = "linkings-few", Rate(5, 1 / 60)
    """Mailboxes in spite of what others near by have used up: a code, renewed every minute."""
    FEW_OPENINGS_BY_NEIGHBOURHOOD = "linkings-few-neighbourhood", Rate(120, 1.0)
    """Of all such networks together: sixty use that up, and three do not."""
    MAILBOXES_BY_NETWORK = "mailboxes", Rate(600, 30.0)
    """Looking into a mailbox, once a second for each device that is being linked."""
    LINKINGS_BY_ACCOUNT = "linkings", Rate(10, 1 / 60)
    """How often somebody tries a code: a code that is typed has 40 bits."""
    BLOBS_BY_SESSION = "blobs", Rate(60, 2.0)
    TAKERS_BY_PERSON = "takers", Rate(10_000, 20.0)
    """Counted in devices that a file is said to be for: each is a row. A whole company at once."""
    HISTORY_BY_SESSION = "history", Rate(600, 20.0)
    """100,000 messages are some hundred parts, and go at once."""
    ADMINISTRATION_BY_SESSION = "administration", Rate(200, 5.0)
    CUSTODY_BY_PERSON = "custody", Rate(3, 3 / 86_400)
    """How often somebody asks the custodians: each time, all of them and all devices are told."""
    ENTRUSTING_BY_PERSON = "entrusting", Rate(10, 1 / 360)
    """How often somebody entrusts something to the custodians: each time is in the audit log."""
    ACCEPTING_BY_PERSON = "accepting", Rate(10, 1 / 360)
    """How often a custodian accepts, each time with another key and in the audit log."""
    CUSTODY_ANSWERS_BY_PERSON = "custody-answers", Rate(100, 1 / 60)
    """How often a custodian answers, or answers otherwise: each time is in the audit log."""
    HISTORIES_BY_PERSON = "histories", Rate(20, 1 / 360)
    """How often a device asks for history, or a backup is begun where there is none: that the one
    was given and the other removed is in the audit log, and must not be refused by then."""
    SOCKETS_BY_NETWORK = "sockets", Rate(500, 50.0)
    SENDS_BY_DEVICE = "sends", Rate(400, 40.0)
    SENDS_BY_PERSON = "sends-person", Rate(800, 80.0)
    COMMITS_BY_MEMBER = "commits", Rate(200, 5.0)
    EPOCHS_BY_MEMBER = "epochs", Rate(20, 1 / 5)
    """How often who is no admin ends an epoch: each time, what others are about to commit is late,
    again and again for those who are far from the server."""
    PROPOSALS_BY_PERSON = "proposals", Rate(4_000, 50.0)
    """What commits hold: each has to be read and verified, and is owed for, because only reading
    tells how many there are. A group with all people is made at once."""
    RETURNS_BY_MEMBER = "returns", Rate(10, 1 / 360)
    """How often somebody joins one conversation by themselves: each time, what others have
    proposed is void and has to be said again."""
    WAITS_FOR_LEAVER = "leavers", Rate(3, 1 / 1_200)
    """How often a group waits in vain for somebody who says that they leave."""
    EPHEMERALS_BY_DEVICE = "ephemerals", Rate(20, 5.0)

    @property
    def rule(self) -> str:
        """What the limit is called in the audit log."""
        return self.value[0]

    @property
    def rate(self) -> Rate:
        """How much it lets through."""
        return self.value[1]


BUCKETS: Final = 100_000
"""How many buckets are held; the one longest unused makes room and is full when it returns."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float
    told: bool = False


class Limiter:
    """Holds the buckets of one process.

    Args:
        clock: Measures intervals.
        factor: Multiplies every rate and burst; load tests set it high.
    """

    def __init__(self, clock: Clock, *, factor: float = 1.0) -> None:
        self._clock = clock
        self._factor = factor
        self._buckets: OrderedDict[tuple[Limit, str], _Bucket] = OrderedDict()

    def take(self, limit: Limit, key: str, *, cost: float = 1.0) -> float:
        """Take from a bucket; return 0, or the seconds to wait if nothing was taken."""
        bucket, rate = self._filled(limit, key), limit.rate
        wanted = min(cost, rate.burst * self._factor)
        if bucket.tokens >= wanted:
            bucket.tokens -= wanted
            bucket.told = False
            return 0.0
        return (wanted - bucket.tokens) / (rate.per_second * self._factor)

    def has(self, limit: Limit, key: str) -> bool:
        """Tell whether something could be taken from a bucket now."""
        return self._filled(limit, key).tokens >= min(1.0, limit.rate.burst * self._factor)

    def owe(self, limit: Limit, key: str, *, cost: float) -> None:
        """Take from a bucket what was used already, even if it is more than there is."""
        self._filled(limit, key).tokens -= cost

    def give_back(self, limit: Limit, key: str, *, cost: float = 1.0) -> None:
        """Return what was taken for something that turned out not to count."""
        bucket = self._filled(limit, key)
        bucket.tokens = min(limit.rate.burst * self._factor, bucket.tokens + cost)

    def require(self, limit: Limit, key: str, *, cost: float = 1.0, reason: str = "") -> None:
        """Take from a bucket or refuse.

        Args:
            limit: Which limit.
            key: Whose bucket.
            cost: How much.
            reason: Why exactly, if a client is to say more than that it was too often.

        Raises:
            ProblemError: TOO_MANY_REQUESTS, with the seconds to wait.
        """
        wait = self.take(limit, key, cost=cost)
        if wait:
            raise ProblemError(Code.TOO_MANY_REQUESTS, retry_after=int(wait) + 1, reason=reason)

    def first_refusal(self, limit: Limit, key: str) -> bool:
        """Tell whether this refusal is the first since the bucket last gave, and note that."""
        bucket = self._filled(limit, key)
        first, bucket.told = not bucket.told, True
        return first

    def _filled(self, limit: Limit, key: str) -> _Bucket:
        now, full = self._clock.monotonic(), limit.rate.burst * self._factor
        bucket = self._buckets.setdefault((limit, key), _Bucket(full, now))
        self._buckets.move_to_end((limit, key))
        gained = (now - bucket.filled) * limit.rate.per_second * self._factor
        bucket.tokens, bucket.filled = min(full, bucket.tokens + gained), now
        if len(self._buckets) > BUCKETS:
            self._buckets.popitem(last=False)
        return bucket


def require_opening(limiter: Limiter, network: str) -> None:
    """Let a network open a mailbox, or refuse.

    What a neighbourhood may is for whoever comes first, and a few of its networks can use it up.
    So there is as much again for those that open few.

    Raises:
        ProblemError: TOO_MANY_REQUESTS, with the seconds to wait.
    """
    around = neighbourhood(network)
    if limiter.take(Limit.OPENING_BY_NEIGHBOURHOOD, around):
        limiter.require(Limit.FEW_OPENINGS_BY_NETWORK, network)
        limiter.require(Limit.FEW_OPENINGS_BY_NEIGHBOURHOOD, around)


def network(address: str) -> str:
    """Return the network that a caller's limits belong to: an IPv4 address or an IPv6 /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip.packed, 64), strict=False))
    return str(ip)


def neighbourhood(network: str) -> str:
    """Return what a network, as `network` names it, is part of: an IPv4 /24 or an IPv6 /48."""
    try:
        found = ipaddress.ip_network(network)
    except ValueError:
        return network
    return str(found.supernet(new_prefix=48 if found.version == 6 else 24))
