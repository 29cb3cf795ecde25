"""The typed keys of the application and of a request: everything that is passed along."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from aiohttp import web

from teamchat.clock import Clock
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limiter
from teamchat.server.endpoints import Endpoint, Handler
from teamchat.server.services.absent_members import AbsentMembers
from teamchat.server.services.blobs import Blobs
from teamchat.server.services.company_devices import CompanyDevices
from teamchat.server.services.conversations import Conversations
from teamchat.server.services.custodians import CustodianBook
from teamchat.server.services.custody import CustodyBook
from teamchat.server.services.custody_answers import CustodyAnswers
from teamchat.server.services.devices import Devices
from teamchat.server.services.directory_alarms import DirectoryAlarms
from teamchat.server.services.gifts import Gifts
from teamchat.server.services.health import Health
from teamchat.server.services.history import History
from teamchat.server.services.identity import Identities
from teamchat.server.services.invitations import Invitations
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.key_packages import KeyPackages
from teamchat.server.services.linking_approvals import LinkingApprovals
from teamchat.server.services.linkings import Linkings
from teamchat.server.services.mailboxes import Mailboxes
from teamchat.server.services.people import People
from teamchat.server.services.push_subscriptions import PushSubscriptions
from teamchat.server.services.removal_proofs import RemovalProofs
from teamchat.server.services.resets import Resets
from teamchat.server.services.sessions import Sessions
from teamchat.server.services.web_builds import WebBuilds
from teamchat.server.web.files import WebClient
from teamchat.wire.bodies import Server
from teamchat.wire.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every service that a route may call."""

    people: People
    sessions: Sessions
    invitations: Invitations
    devices: Devices
    company_devices: CompanyDevices
    removal_proofs: RemovalProofs
    identities: Identities
    resets: Resets
    key_log: KeyLog
    linkings: Linkings
    linking_approvals: LinkingApprovals
    mailboxes: Mailboxes
    push_subscriptions: PushSubscriptions
    key_packages: KeyPackages
    conversations: Conversations
    absent_members: AbsentMembers
    blobs: Blobs
    gifts: Gifts
    directory_alarms: DirectoryAlarms
    history: History
    custodians: CustodianBook
    custody: CustodyBook
    custody_answers: CustodyAnswers
    web_builds: WebBuilds
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """What speaks the realtime protocol with whoever opens the socket."""

    serve: Callable[[web.Request, Actor | None], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the HTTP half needs to know of the settings."""

    body_seconds: float
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    encrypted: bool
    """Whether this process itself speaks TLS."""


SERVICES: Final = web.AppKey("services", Services)
ENDPOINTS: Final = web.AppKey("endpoints", Mapping[Handler, Endpoint])
LIMITER: Final = web.AppKey("limiter", Limiter)
CLOCK: Final = web.AppKey("clock", Clock)
RULES: Final = web.AppKey("rules", Rules)
POLICY: Final = web.AppKey("policy", Policy)
SERVER: Final = web.AppKey("server", Server)
DOCUMENT: Final = web.AppKey("document", bytes)
SOCKET: Final = web.AppKey("socket", Socket)
WEB_CLIENT: Final = web.AppKey("web_client", WebClient)

ENDPOINT: Final = web.RequestKey("endpoint", Endpoint)
ACTOR: Final = web.RequestKey("actor", Actor)
NETWORK: Final = web.RequestKey("network", str)
REQUEST_ID: Final = web.RequestKey("request_id", str)
