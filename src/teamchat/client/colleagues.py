"""Other people: who they are, and whether their keys are theirs."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, OfflineError, RefusedError
from teamchat.client.refusals import errors_for_people
from teamchat.client.runner import Runner
from teamchat.engine import view
from teamchat.engine.directory import owner_of
from teamchat.engine.engine import Engine
from teamchat.engine.events import KeyKept, NameClaimed, PersonVerified
from teamchat.engine.model import Person
from teamchat.engine.records import PersonRecord
from teamchat.identity.errors import IdentityError
from teamchat.identity.safety_number import safety_number, same
from teamchat.ids import UserId
from teamchat.wire.bodies import User, Users, UserWithDevices

ASKED: Final = 200
"""How many people are asked about at most; a group has seldom more."""
AT_ONCE: Final = 8
ASK_SECONDS: Final = 5.0


class Colleagues:
    """The people of the organisation, as one account knows them."""

    def __init__(self, engine: Engine, runner: Runner, http: Http) -> None:
        self._engine = engine
        self._runner = runner
        self._http = http
        self._numbers: dict[UserId, str] = {}

    async def find(self, query: str, limit: int) -> list[Person]:
        """Search by name; whoever is known by this very user name is always found, and first.

        Raises:
            AccountError: The server did not answer, or it gives the user name of somebody who is
                known to somebody else.
        """
        asked = urlencode({"query": query, "limit": limit})
        with errors_for_people():
            found = await self._http.ask("GET", f"/users?{asked}", Users)
        people = [await self._met(each) for each in found.users]
        meant = owner_of(self._people, query)
        if meant is not None and meant.id not in {each.id for each in people}:
            people.insert(0, meant)
        return [view.person_of(each, self._people) for each in people]

    async def deactivated(self, users: Iterable[UserId]) -> frozenset[UserId]:
        """Return whose accounts are deactivated, as far as the server says so now.

        Where it does not answer soon, or there are very many, what is known here counts.
        """
        gate, asked = asyncio.Semaphore(AT_ONCE), list(users)
        active = {user: not self._known_inactive(user) for user in asked}

        async def ask(user: UserId) -> None:
            async with gate:
                with suppress(OfflineError, RefusedError):
                    found = await self._http.ask("GET", f"/users/{user}", UserWithDevices)
                    active[user] = found.user.active

        with suppress(TimeoutError):
            async with asyncio.timeout(ASK_SECONDS):
                await asyncio.gather(*map(ask, asked[:ASKED]))
        return frozenset(user for user, is_active in active.items() if not is_active)

    def safety_number(self, user: UserId) -> str:
        """Return 12 groups of 5 digits, the same on the other side.

        Raises:
            AccountError: No key of this person is known, or it is oneself.
        """
        self._numbers[user] = self._number(user, self._key_of(user))
        return self._numbers[user]

    async def mark_verified(self, user: UserId, number: str) -> None:
        """The safety number was compared and is right.

        Args:
            user: Whose it is.
            number: What was compared; if empty, what `safety_number` returned last.

        Raises:
            AccountError: The person's key has changed since, so this number says nothing of it.
        """
        key = self._key_of(user)
        if not same(self._number(user, key), number or self._numbers.get(user, "")):
            raise AccountError("error-number-changed")
        await self._runner.call(lambda call: PersonVerified(call, user, key))

    async def keep_key(self, user: UserId) -> None:
        """The new key is not this person's: the one known before stays.

        Raises:
            AccountError: A device with the new key is in a conversation.
        """
        await self._runner.call(lambda call: KeyKept(call, user))

    # --- inside ---------------------------------------------------------------------------

    @property
    def _people(self) -> Mapping[UserId, PersonRecord]:
        return self._engine.people

    def _known_inactive(self, user: UserId) -> bool:
        known = self._people.get(user)
        return known is not None and not known.active

    def _key_of(self, user: UserId) -> bytes:
        """Return the key of somebody else that was seen last."""
        known = self._people.get(user)
        if known is None or not known.identity_key or user == self._engine.desk.account.user:
            raise AccountError("error-unknown-person")
        return known.changed_key or known.identity_key

    def _number(self, user: UserId, key: bytes) -> str:
        own = self._engine.desk.account
        try:
            return safety_number(own.user, own.identity_key, user, key)
        except IdentityError as error:  # the server made up a key
            raise AccountError("error-unknown-person") from error

    async def _met(self, user: User) -> PersonRecord:
        owner = owner_of(self._people, user.user_name)
        if owner is not None and owner.id != user.id:
            await self._runner.call(lambda call: NameClaimed(call, owner.id))
        known = self._people.get(user.id) or PersonRecord(user.id)
        return msgspec.structs.replace(
            known, user_name=user.user_name, name=user.display_name, site=user.site.name,
            time_zone=user.site.time_zone, active=user.active,
        )  # fmt: skip
