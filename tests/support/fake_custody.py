"""Custodians of a company that exists in memory alone, for whoever shows them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec

from teamchat.client.custody_asking import Asking, asking
from teamchat.client.custody_opening import Asked
from teamchat.client.errors import AccountError
from teamchat.engine.model import Person
from teamchat.engine.records import PersonRecord
from teamchat.ids import DeviceId, SiteId
from teamchat.wire.bodies import Site, User
from teamchat.wire.custody import (
    Custodian,
    CustodianKey,
    Custodians,
    Custody,
    CustodyAnswer,
    CustodyRequest,
    OwnRequest,
    Standing,
    Verdict,
)

CODE: Final = "01234 56789 01234 56789 01234 56789"
_SET: Final = "a" * 25 + "e"
_REQUEST: Final = "b" * 25 + "e"
_KEY: Final = CustodianKey(b"key", DeviceId("a" * 26), b"signature")


def user_of(person: Person) -> User:
    return User(
        person.id, person.user_name, person.name, Site(SiteId(""), "Stuttgart", "UTC"), active=True
    )


class FakeCustody:
    """What a `FakeAccount` does with custodians."""

    STEERING = ("ask", "asked", "be_asked_for", "found", "mine", "open_for")

    def __init__(self, *people: Person, now: int, recovery_key: str) -> None:
        keys = (_KEY, None, _KEY)
        listed = [
            Custodian(user_of(person), True, key)  # noqa: FBT003 - whether they are active
            for person, key in zip(people, keys, strict=True)
        ]
        self.found = Custodians(_SET, 2, listed, 24)
        self.mine = Custody("", "", 0, 0)
        self.asked: list[Asking] = []
        self._recovery_key = recovery_key
        self._now = now

    async def custodians(self) -> Custodians:
        return self.found

    async def own(self) -> Custody:
        return self.mine

    async def entrust(self, typed: str) -> Custodians:
        if typed != self._recovery_key:
            raise AccountError("error-wrong-recovery-key")
        if not all(each.key for each in self.found.custodians):
            raise AccountError("error-reason-custodians-not-ready")
        self.mine = Custody(_SET, _SET, self._now, 2)
        return self.found

    async def withdraw(self) -> None:
        self.mine = Custody("", "", 0, 0)

    async def refuse(self) -> None:
        self.mine = Custody(_SET, _SET, self._now, 2)

    async def accept(self) -> Custodians:
        self.found = Custodians(
            _SET, 2, [Custodian(x.user, x.active, _KEY) for x in self.found.custodians], 24
        )
        return self.found

    async def requests(self) -> list[Asking]:
        return [*self.asked]

    async def approve(self, who: Asking, typed: str) -> None:
        if typed != CODE:
            raise AccountError("error-custody-code", name=who.name)
        self._say(who, Verdict.APPROVED)

    async def take_back(self, who: Asking) -> None:
        if who not in self.asked or who.request.verdict is not Verdict.APPROVED:
            raise AccountError("error-custody-not-given", name=who.name)
        self._say(who, Verdict.WAITING)

    async def decline(self, who: Asking) -> None:
        self.asked.remove(who)

    def ask(self, person: Person, *, known_as: Person | None = None, met: bool = True) -> None:
        """Let somebody ask this custodian, who knows them by the same name or another one."""
        known = known_as or person
        key = b"key" if met else b""
        people = {
            person.id: PersonRecord(
                person.id, user_name=known.user_name, name=known.name, identity_key=key
            )
        }
        request = CustodyRequest(
            _REQUEST, user_of(person), _SET, _SET, 2, 1, b"", b"", b"", self._now,
            self._now + 86_400, self._now + 14 * 86_400, Verdict.WAITING, 0,
        )  # fmt: skip
        self.asked.append(asking(request, people))

    def be_asked_for(self) -> None:
        """Let somebody ask for the recovery key of this person."""
        self.mine = Custody(_SET, _SET, self._now, 2, self._request(0))

    def open_for(self, tell: Callable[[Asked], None]) -> None:
        """Go through an opening, as who has lost everything sees it."""
        for approved in range(3):
            tell(Asked(CODE, self.found, self._request(approved)))

    def _say(self, who: Asking, verdict: Verdict) -> None:
        request = msgspec.structs.replace(who.request, verdict=verdict)
        self.asked[self.asked.index(who)] = replace(who, request=request)

    def _request(self, approved: int) -> OwnRequest:
        answers = [
            CustodyAnswer(each.user, Verdict.APPROVED if n < approved else Verdict.WAITING)
            for n, each in enumerate(self.found.custodians)
        ]
        standing = Standing.READY if approved > 1 else Standing.OPEN
        return OwnRequest(
            _REQUEST, b"", self._now, self._now + 86_400, self._now + 14 * 86_400, standing, answers
        )
