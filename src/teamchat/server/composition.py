"""Putting the server together: from settings to every service, and to the application."""

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy import Connection

import teamchat
from teamchat.clock import Clock
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.server import keys
from teamchat.server.app import build_app
from teamchat.server.auth.limits import Limiter
from teamchat.server.auth.passwords import PasswordCost, PasswordRules, Passwords
from teamchat.server.realtime.hub import Hub
from teamchat.server.realtime.progress import Progress
from teamchat.server.realtime.socket import Desk, Sockets
from teamchat.server.services import key_log_beginning
from teamchat.server.services.absent_members import AbsentMembers
from teamchat.server.services.announcements import Announce, both
from teamchat.server.services.blobs import BlobRules, Blobs
from teamchat.server.services.company_devices import CompanyDevices
from teamchat.server.services.conversations import Conversations
from teamchat.server.services.cursors import Cursors
from teamchat.server.services.custodians import CustodianBook
from teamchat.server.services.custody import CustodyBook, CustodyRules
from teamchat.server.services.custody_answers import CustodyAnswers
from teamchat.server.services.delivery import Delivery
from teamchat.server.services.devices import Devices
from teamchat.server.services.directory_alarms import DirectoryAlarms
from teamchat.server.services.founding import Founded, Plan, found
from teamchat.server.services.free_space import FreeSpace
from teamchat.server.services.gifts import Gifts
from teamchat.server.services.groups import Groups
from teamchat.server.services.health import Health
from teamchat.server.services.history import History, HistoryRules
from teamchat.server.services.identity import Identities
from teamchat.server.services.inbox import Inboxes
from teamchat.server.services.invitations import InvitationRules, Invitations
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.key_log_signer import Signer
from teamchat.server.services.key_packages import KeyPackages
from teamchat.server.services.linking_approvals import LinkingApprovals
from teamchat.server.services.linkings import Linkings
from teamchat.server.services.mailboxes import Mailboxes
from teamchat.server.services.membership import Membership
from teamchat.server.services.people import People
from teamchat.server.services.push_door import Hosts, open_door
from teamchat.server.services.push_subscriptions import PushSubscriptions
from teamchat.server.services.pushes import Pushes
from teamchat.server.services.removal_proofs import RemovalProofs
from teamchat.server.services.removals import Removals
from teamchat.server.services.resets import Resets
from teamchat.server.services.sessions import Sessions
from teamchat.server.services.vapid import Vapid, new_secret
from teamchat.server.services.web_builds import WebBuilds
from teamchat.server.services.witnesses import Witness, Witnesses
from teamchat.server.settings import Settings
from teamchat.server.storage.database import Database
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.push_key import push_key
from teamchat.server.storage.schema import upgrade
from teamchat.server.web.files import WebClient
from teamchat.transparency import VerifierKey
from teamchat.wire.bodies import Server
from teamchat.wire.limits import PROTOCOL_VERSION
from teamchat.wire.policy import Policy

DATABASE: Final = "teamchat.db"
"""What the database file in the data directory is called."""

NO_WEB_CLIENT: Final = WebClient()

BLOBS: Final = "blobs"
"""What the directory of encrypted files is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A server put together and not yet listening."""

    settings: Settings
    clock: Clock
    database: Database
    services: keys.Services
    sockets: Sockets
    signer: Signer
    witnesses: Witnesses
    pushes: Pushes
    app: web.Application

    async def found(self, plan: Plan) -> Founded:
        """Found the organisation (see `services.founding`)."""

        def work(connection: Connection) -> Founded:
            return found(
                connection,
                plan,
                people=self.services.people,
                invitations=self.services.invitations,
                clock=self.clock,
            )

        return await self.database.write(work)


@asynccontextmanager
async def composed(
    settings: Settings,
    *,
    clock: Clock,
    random: Callable[[int], bytes],
    web_client: WebClient = NO_WEB_CLIENT,
) -> AsyncIterator[Parts]:
    """Put a server together, its database of this version's schema, and take it apart again.

    Raises:
        DatabaseInUseError: Another process serves from this data directory.
        SchemaTooNewError: A newer version of teamchat has used it.
        OldDatabaseError: It is from before the key directory that was signed here.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.data / BLOBS).mkdir(mode=0o700, exist_ok=True)
    limiter = Limiter(clock, factor=settings.limits.rate_factor)
    passwords = Passwords(_cost(settings), random=random(16))
    groups = Groups(DefaultCrypto(), settings.mls.suites)
    try:
        async with Database(settings.data / DATABASE) as database:
            await database.write(upgrade)
            files = LogKeyFiles(settings.data)
            await key_log_beginning.ensure(database, files, clock, random, url=settings.url)
            yield _parts(settings, database, passwords, groups, limiter, clock, random, web_client)
    finally:
        groups.close()
        passwords.close()


def _parts(
    settings: Settings,
    database: Database,
    passwords: Passwords,
    groups: Groups,
    limiter: Limiter,
    clock: Clock,
    random: Callable[[int], bytes],
    web_client: WebClient,
) -> Parts:
    password_rules = PasswordRules(settings.passwords.characters)
    hub = Hub()
    signer = Signer(database, LogKeyFiles(settings.data), announce=hub.announce)
    key_log = KeyLog(database, signer)
    inboxes = Inboxes(database, hub.announce)
    space = FreeSpace(settings.data, clock, reserve=settings.blobs.free_bytes)
    sessions = Sessions(
        database,
        clock,
        random,
        passwords=passwords,
        password_rules=password_rules,
        limiter=limiter,
        idle_days=settings.sessions.idle_days,
        close_device=hub.close_device,
    )
    blobs = _blobs(settings, database, clock, random)
    history = _history(settings, database, clock, random, limiter=limiter, announce=hub.announce)
    hosts = Hosts(tuple(settings.push.hosts), tuple(settings.push.private_hosts))
    vapid = _vapid(settings)
    subscriptions = PushSubscriptions(
        database, clock, random, key=vapid.public if vapid else b"", hosts=hosts
    )
    pushes = Pushes(
        database, clock, vapid=vapid, hosts=hosts, is_live=hub.is_live, open_door=open_door
    )
    removals = Removals(
        clock, sessions=sessions, key_log=key_log, history=history, push=subscriptions
    )
    people = People(database, clock, random, sessions=sessions, removals=removals)
    key_packages = KeyPackages(database, clock, limiter, checker=groups, inboxes=inboxes)
    devices = Devices(
        database,
        clock,
        limiter,
        sessions=sessions,
        key_packages=key_packages,
        key_log=key_log,
        removals=removals,
        most=settings.limits.devices,
    )
    custody = CustodyBook(
        database,
        clock,
        random,
        limiter=limiter,
        announce=hub.announce,
        rules=CustodyRules(delay_hours=settings.custody.delay_hours, days=settings.custody.days),
    )
    services = keys.Services(
        people=people,
        sessions=sessions,
        invitations=Invitations(
            database,
            clock,
            random,
            people=people,
            sessions=sessions,
            passwords=passwords,
            password_rules=password_rules,
            rules=InvitationRules(days=settings.invitations.days, url=settings.url),
        ),
        devices=devices,
        mailboxes=Mailboxes(database, clock, random, limiter),
        push_subscriptions=subscriptions,
        linkings=Linkings(
            database,
            clock,
            random,
            devices=devices,
            key_packages=key_packages,
            sessions=sessions,
            announce=hub.announce,
            needs_admin=settings.policy.linking_needs_admin,
        ),
        linking_approvals=LinkingApprovals(database, clock, people=people, announce=hub.announce),
        company_devices=CompanyDevices(
            database, people=people, removals=removals, most=settings.limits.devices
        ),
        removal_proofs=RemovalProofs(database, clock, limiter, key_log=key_log),
        key_log=key_log,
        identities=Identities(database, clock, limiter, key_log=key_log, announce=hub.announce),
        resets=Resets(
            database,
            clock,
            limiter,
            sessions=sessions,
            devices=devices,
            history=history,
            announce=hub.announce,
            delay_hours=settings.policy.identity_reset_delay_hours,
        ),
        key_packages=key_packages,
        absent_members=AbsentMembers(database, clock, inboxes=inboxes),
        conversations=Conversations(
            database, clock, groups=groups, announce=hub.announce, space=space
        ),
        blobs=blobs,
        gifts=Gifts(
            database, clock, limiter, blobs=blobs, space=space, days=settings.history.gift_days
        ),
        directory_alarms=DirectoryAlarms(database, clock, limiter),
        history=history,
        custodians=CustodianBook(
            database,
            clock,
            random,
            limiter=limiter,
            key_log=key_log,
            announce=hub.announce,
            delay_hours=settings.custody.delay_hours,
        ),
        custody=custody,
        custody_answers=CustodyAnswers(
            database, clock, limiter, book=custody, announce=hub.announce
        ),
        web_builds=WebBuilds(database, clock, key_log=key_log, client=web_client),
        health=Health(database, directory=settings.data),
    )
    membership = Membership(
        clock, inboxes=inboxes, announce=hub.announce, most_devices=settings.limits.devices
    )
    delivery = Delivery(
        database,
        clock,
        limiter,
        groups=groups,
        membership=membership,
        announce=both(hub.announce, pushes.hear),
        space=space,
    )
    sockets = _sockets(hub, inboxes, sessions, database, limiter, clock, delivery)
    app = build_app(
        services,
        server=_server(settings),
        policy=_policy(settings),
        limiter=limiter,
        clock=clock,
        rules=_rules(settings),
        socket=keys.Socket(serve=sockets.serve),
        web_client=web_client,
    )
    return Parts(
        settings=settings,
        clock=clock,
        database=database,
        services=services,
        sockets=sockets,
        signer=signer,
        witnesses=Witnesses(
            database, clock, signer, witnesses=_witnesses(settings), announce=hub.announce
        ),
        pushes=pushes,
        app=app,
    )


def _vapid(settings: Settings) -> Vapid | None:
    if not settings.push.contact:
        return None
    return Vapid(push_key(settings.data, new_secret), contact=settings.push.contact)


def _blobs(
    settings: Settings, database: Database, clock: Clock, random: Callable[[int], bytes]
) -> Blobs:
    rules = BlobRules(
        blob_bytes=settings.blobs.bytes,
        person_bytes=settings.blobs.person_bytes,
        free_bytes=settings.blobs.free_bytes,
    )
    return Blobs(database, clock, random, directory=settings.data / BLOBS, rules=rules)


def _history(
    settings: Settings,
    database: Database,
    clock: Clock,
    random: Callable[[int], bytes],
    *,
    limiter: Limiter,
    announce: Announce,
) -> History:
    rules = HistoryRules(
        person_bytes=settings.history.person_bytes,
        days=settings.history.days,
        free_bytes=settings.blobs.free_bytes,
        backup=settings.policy.history_backup,
    )
    return History(
        database,
        clock,
        random,
        limiter=limiter,
        directory=settings.data / BLOBS,
        rules=rules,
        announce=announce,
    )


def _sockets(
    hub: Hub,
    inboxes: Inboxes,
    sessions: Sessions,
    database: Database,
    limiter: Limiter,
    clock: Clock,
    delivery: Delivery,
) -> Sockets:
    cursors = Cursors(database, inboxes)
    desk = Desk(
        clock=clock,
        hub=hub,
        progress=Progress(hub, cursors),
        sessions=sessions,
        delivery=delivery,
        cursors=cursors,
        inboxes=inboxes,
        limiter=limiter,
    )
    return Sockets(desk)


def _witnesses(settings: Settings) -> list[Witness]:
    return [
        Witness(each.url.rstrip("/"), VerifierKey.parse(each.key))
        for each in settings.key_log.witnesses
    ]


def _server(settings: Settings) -> Server:
    return Server(
        organisation="",
        version=teamchat.__version__,
        protocol=PROTOCOL_VERSION,
        suites=settings.mls.suites,
        password_characters=settings.passwords.characters,
    )


def _policy(settings: Settings) -> Policy:
    return Policy(
        devices_at_most=settings.limits.devices,
        linking_needs_admin=settings.policy.linking_needs_admin,
        history_for_new_devices=settings.policy.history_for_new_devices,
        history_backup=settings.policy.history_backup,
        identity_reset_delay_hours=settings.policy.identity_reset_delay_hours,
    )


def _cost(settings: Settings) -> PasswordCost:
    return PasswordCost(
        passes=settings.passwords.passes,
        memory_kib=settings.passwords.memory_kib,
        lanes=settings.passwords.lanes,
        at_once=settings.passwords.at_once,
    )


def _rules(settings: Settings) -> keys.Rules:
    return keys.Rules(
        body_seconds=settings.limits.body_seconds,
        trusted_proxies=tuple(
            ipaddress.ip_network(network) for network in settings.server.trusted_proxies
        ),
        encrypted=bool(settings.tls.certificate),
    )
