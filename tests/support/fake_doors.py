"""Doors that lead to a fake account and a fake administration."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import msgspec

from teamchat.cli.client_doors import ClientDoors
from teamchat.cli.doors import Ask, Entered, Entry, Fresh, LinkEntry, WebQuestion
from teamchat.client.account import Account
from teamchat.client.administration import Administration
from teamchat.client.custody_opening import Asked
from teamchat.client.errors import AccountError
from teamchat.client.linking_new import Codes
from teamchat.client.web_check import WebCheck
from teamchat.ids import DeviceId, InvitationId, SiteId, UserId, identifier
from teamchat.wire.bodies import CreatedUser, CreateUser, Invitation, ManagedUser, Role, Site
from teamchat.wire.custody import Custodian, Custodians
from teamchat.wire.devices import ManagedDevice, ManagedDevices
from teamchat.wire.linking import WaitingLinking
from tests.support.fake_account import KNOWN_KEY, START_MS, FakeAccount
from tests.support.fake_linking import CODE, PICTURES

RECOVERY_KEY = KNOWN_KEY
PASSWORD = "richtig Pferd Batterie"
PASSPHRASE = "eine lange Passphrase"
LINK = "https://chat.example/join#c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I"


def _id(number: int) -> str:
    return identifier(number.to_bytes(16, "big"))


class FakeAdministration:
    """An organisation of two sites and one person."""

    STEERING = ("as_administration", "held", "people", "places", "waiting")

    def __init__(self) -> None:
        self.places = [
            Site(SiteId(_id(401)), "Stuttgart", "Europe/Berlin"),
            Site(SiteId(_id(402)), "Shanghai", "Asia/Shanghai"),
        ]
        self.people = [
            ManagedUser(
                UserId(_id(1)),
                "anna",
                "Anna Weber",
                self.places[0],
                active=True,
                roles=[Role.EMPLOYEE, Role.OWNER],
            )
        ]

        asked = START_MS // 1000
        self.waiting = [
            WaitingLinking(_id(800), self.people[0], "Tablet", asked, asked + 3 * 86_400)
        ]
        self.held = {
            UserId(_id(1)): [
                ManagedDevice(DeviceId(_id(701)), "Laptop", 1_794_000_000, 20_775),
                ManagedDevice(DeviceId(_id(702)), "Telefon", 1_794_800_000, 20_774),
            ]
        }

    def as_administration(self) -> Administration:
        """Hand it out as what it stands for; `tests/unit/client/test_fakes.py` compares the two."""
        return cast("Administration", self)

    async def users(self) -> list[ManagedUser]:
        return self.people

    async def create_user(self, wish: CreateUser) -> CreatedUser:
        if any(one.user_name == wish.user_name for one in self.people):
            raise AccountError("error-reason-user-name-taken")
        place = next(one for one in self.places if one.id == wish.site)
        name = UserId(_id(500 + len(self.people)))
        made = ManagedUser(
            name, wish.user_name, wish.display_name, place, active=True, roles=wish.roles
        )
        self.people.append(made)
        return CreatedUser(made, self._invitation())

    async def invite(self, user: UserId) -> Invitation:
        return self._invitation()

    async def deactivate(self, user: UserId) -> None:
        self.people = [
            msgspec.structs.replace(one, active=one.active and one.id != user)
            for one in self.people
        ]

    async def devices(self, user: UserId) -> ManagedDevices:
        return ManagedDevices(list(self.held.get(user, [])), 10)

    async def remove_device(self, user: UserId, device: DeviceId) -> None:
        self.held[user] = [one for one in self.held[user] if one.id != device]

    async def appoint_custodians(self, threshold: int, users: list[UserId]) -> Custodians:
        listed = [
            Custodian(each, each.active)
            for user in users
            for each in self.people
            if each.id == user
        ]
        if len(users) < threshold:
            raise AccountError("error-reason-custodians-too-few")
        return Custodians("a" * 25 + "e", threshold, listed, 24)

    async def end_custodians(self) -> None:
        pass

    async def linkings(self) -> list[WaitingLinking]:
        return self.waiting

    async def approve_linking(self, which: str) -> None:
        self.waiting = [one for one in self.waiting if one.id != which]

    async def decline_linking(self, which: str) -> None:
        self.waiting = [one for one in self.waiting if one.id != which]

    async def sites(self) -> list[Site]:
        return self.places

    async def create_site(self, name: str, time_zone: str) -> Site:
        made = Site(SiteId(_id(401 + len(self.places))), name, time_zone)
        self.places.append(made)
        return made

    @staticmethod
    def _invitation() -> Invitation:
        return Invitation(InvitationId(_id(600)), LINK, START_MS // 1000 + 7 * 86_400)


@dataclass
class FakeDoors:
    """Doors for tests: one profile, logged in or not, locked by a passphrase or not."""

    fake: FakeAccount = field(default_factory=FakeAccount)
    administrator: FakeAdministration = field(default_factory=FakeAdministration)
    environment: Mapping[str, str] = field(default_factory=dict)
    logged_in: bool = True
    spoken: str = ""
    """The language of the person of the profile."""
    wanted: str = ""
    """The language of the account that somebody enters; known from then on."""
    signed_out: bool = False
    removed: bool = False
    damaged: str = ""
    """What is said instead of opening the profile."""
    erased: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    """Profiles whose request to custodians is not needed any more."""
    locked: bool = False
    first_device: bool = True
    waits: bool = False
    refuses: str = ""
    """How the server answers when a device is to be made, after the person has confirmed words."""
    entries: list[tuple[str, str, str]] = field(default_factory=list)
    """Server, user name and name of the device of every login."""
    opened: list[tuple[str, bool]] = field(default_factory=list)
    """Profile and network of every opening."""

    def language(self, profile: str) -> str:
        return self.spoken

    @asynccontextmanager
    async def account(
        self, profile: str, passphrase: Ask, *, network: bool
    ) -> AsyncIterator[Account]:
        self._enter(profile, passphrase, network=network)
        async with self.fake:
            yield self.fake.as_account()

    @asynccontextmanager
    async def administration(self, profile: str, passphrase: Ask) -> AsyncIterator[Administration]:
        self._enter(profile, passphrase, network=False)
        yield self.administrator.as_administration()

    def _enter(self, profile: str, passphrase: Ask, *, network: bool) -> None:
        if not self.logged_in:
            raise AccountError("error-not-logged-in")
        if self.damaged:
            raise AccountError(self.damaged)
        if self.locked and passphrase() != PASSPHRASE:
            raise AccountError("error-wrong-passphrase")
        self.opened.append((profile, network))

    def _make(self) -> None:
        if self.refuses:
            raise AccountError(self.refuses)

    def _came_in(self) -> None:
        self.logged_in = True
        self.spoken = self.wanted or self.spoken

    async def login(self, server: str, user_name: str, entry: Entry) -> Entered:
        if entry.password() != PASSWORD:
            raise AccountError("error-wrong-credentials")
        if self.removed:
            raise AccountError("error-device-removed")
        if self.signed_out:
            if (server, user_name) != (self.fake.profile.server, self.fake.profile.user_name):
                raise AccountError("error-profile-taken")
            if self.locked and entry.unlock() != PASSPHRASE:
                raise AccountError("error-wrong-passphrase")
            self.fake.go_online()
            self._came_in()
            return Entered(self.fake.profile, None, returned=True)
        if not self.first_device and entry.recovery_key() != RECOVERY_KEY:
            raise AccountError("error-wrong-recovery-key")
        if self.locked:
            entry.passphrase()
        if self.first_device:
            entry.keep_key(self.fake.profile, RECOVERY_KEY)
        self._make()
        self.entries.append((server, user_name, entry.device_name))
        self._came_in()
        return Entered(self.fake.profile, RECOVERY_KEY if self.first_device else None)

    async def ask_custodians(
        self, server: str, user_name: str, entry: Entry, tell: Callable[[Asked], None]
    ) -> str:
        if entry.password() != PASSWORD:
            raise AccountError("error-wrong-credentials")
        self.fake.custody.open_for(tell)
        return RECOVERY_KEY

    def forget_custodians(self, profile: str) -> None:
        self.forgotten.append(profile)

    async def take_back(self, server: str, user_name: str, entry: Entry) -> None:
        entry.password()

    async def link(self, server: str, entry: LinkEntry) -> Entered:
        if self.logged_in:
            raise AccountError("error-linking-profile-in-use")
        if self.locked:
            entry.passphrase()
        entry.codes(Codes("TEAMCHAT-LINK:1:CODE", CODE))
        if not await entry.same(PICTURES):
            raise AccountError("error-linking-different")
        if self.fake.linking.needs_admin:
            entry.waits()
        self.entries.append((server, "", entry.device_name))
        self._came_in()
        return Entered(self.fake.profile, None)

    async def start_over(self, server: str, user_name: str, entry: Entry) -> Fresh:
        if entry.password() != PASSWORD:
            raise AccountError("error-wrong-credentials")
        entry.keep_key(self.fake.profile, RECOVERY_KEY)
        self._make()
        if self.waits:
            return Fresh(START_MS // 1000 + 86_400)
        self.entries.append((server, user_name, entry.device_name))
        self._came_in()
        return Fresh(START_MS // 1000, Entered(self.fake.profile, RECOVERY_KEY))

    async def join(self, link: Ask, entry: Entry) -> Entered:
        if link() != LINK:
            raise AccountError("error-invitation-link")
        entry.tell_minimum(10)
        if len(entry.password()) < 10:
            raise AccountError("error-password-too-short", count="10")
        entry.keep_key(self.fake.profile, RECOVERY_KEY)
        self._make()
        self.entries.append(("https://chat.example", "anna", entry.device_name))
        self._came_in()
        return Entered(self.fake.profile, RECOVERY_KEY)

    def erase(self, profile: str) -> None:
        self.erased.append(profile)

    async def check_web(self, question: WebQuestion) -> WebCheck:
        return await ClientDoors().check_web(question)

    def terminal(self, profile: str, passphrase: Ask | None) -> int:
        if self.locked and passphrase is not None and passphrase() != PASSPHRASE:
            raise AccountError("error-wrong-passphrase")
        self.opened.append((profile, True))
        return 0
