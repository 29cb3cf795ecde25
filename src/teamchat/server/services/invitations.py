"""Invitations: the one way in.

A link holds 256 random bits in its fragment, which no browser sends to a server or writes to
a log; the server keeps a hash. Behind them stands what the client pins of the key directory, so
that whoever gives the link vouches for it (docs/spec/key-directory.md). It works once, for some
days, for one person, and setting the password with it ends every session that person had.
"""

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import InvitationId, UserId, identifier
from teamchat.server.auth import tokens
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.passwords import PasswordRules, Passwords
from teamchat.server.services import audit, open_invitations
from teamchat.server.services.audit_events import Event
from teamchat.server.services.people import People
from teamchat.server.services.sessions import Sessions
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import key_log, people, sessions
from teamchat.server.storage.queries.key_log import Pin
from teamchat.wire.bodies import (
    CreatedUser,
    CreateUser,
    Invitation,
    InvitationShown,
    Redeem,
)
from teamchat.wire.problems import Code, ProblemError, Reason

DAY: Final = 86_400

NO_DEVICE: Final = "none"
"""What the audit log says of the device that redeemed: a password is set before there is one."""


class _ExpiredError(Exception):
    """It was never used, and now it is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRules:
    """How long an invitation works, and the address its link leads to."""

    days: int
    url: str


class Invitations:
    """Makes, shows and redeems invitations."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        people: People,
        sessions: Sessions,
        passwords: Passwords,
        password_rules: PasswordRules,
        rules: InvitationRules,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._people = people
        self._sessions = sessions
        self._passwords = passwords
        self._password_rules = password_rules
        self._rules = rules

    def invite(self, connection: Connection, user: UserId, *, actor: str) -> Invitation:
        """Make the invitation of a person; what they had before is withdrawn."""
        now, secret = self._clock.now(), tokens.token(self._random(tokens.BYTES))
        open_invitations.expire(connection, user=user, now=now)
        open_invitations.withdraw(connection, user, actor=actor, cause="replaced", now=now)
        new = sessions.StoredInvitation(
            id=InvitationId(identifier(self._random(16))),
            user=user,
            expires=now + self._rules.days * DAY,
            ended=None,
        )
        sessions.insert_invitation(connection, new, secret_hash=tokens.token_hash(secret), now=now)
        audit.record(
            connection,
            event=Event.INVITE_CREATED,
            actor=actor,
            subject=new.id,
            detail={"user_id": user, "ttl": self._rules.days * DAY, "channel": "link"},
            now=now,
        )
        fragment = secret + _pin(key_log.pin(connection))
        return Invitation(new.id, f"{self._rules.url}/join#{fragment}", new.expires)

    async def create_user(self, actor: Actor, wanted: CreateUser) -> CreatedUser:
        """Provision a person and invite them.

        Raises:
            ProblemError: FORBIDDEN, CONFLICT (the user name is taken) or INVALID (no such site).
        """

        def work(connection: Connection) -> CreatedUser:
            user = self._people.add(connection, wanted, by=actor)
            return CreatedUser(user, self.invite(connection, user.id, actor=actor.user))

        return await self._database.write(work)

    async def invite_again(self, actor: Actor, user: UserId) -> Invitation:
        """Invite somebody anew, who has lost the link or the password.

        Raises:
            ProblemError: NOT_FOUND or FORBIDDEN.
        """

        def work(connection: Connection) -> Invitation:
            found = self._people.managed(connection, user, by=actor)
            if not found.active:
                raise ProblemError(
                    Code.CONFLICT, "this account is deactivated", reason=Reason.DEACTIVATED
                )
            return self.invite(connection, user, actor=actor.user)

        return await self._database.write(work)

    async def invite_from_console(self, user_name: str) -> Invitation:
        """Invite somebody anew at the server's own console, whatever their roles.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (the account is deactivated).
        """

        def work(connection: Connection) -> Invitation:
            found = people.person_by_name(connection, user_name)
            if found is None:
                raise ProblemError(Code.NOT_FOUND, f"there is nobody called {user_name}")
            if not found.active:
                raise ProblemError(
                    Code.CONFLICT, "this account is deactivated", reason=Reason.DEACTIVATED
                )
            return self.invite(connection, found.id, actor=audit.OPERATOR)

        return await self._database.write(work)

    async def look_up(self, secret: str) -> InvitationShown:
        """Say whom an invitation is for.

        Raises:
            ProblemError: INVITATION_USED, also for one that never was.
        """

        def work(connection: Connection) -> InvitationShown:
            person = self._invited(connection, secret)[1]
            return InvitationShown(
                user_name=person.user_name,
                display_name=person.display_name,
                organisation=people.organisation_name(connection) or "",
                site=person.site,
                language=person.language,
            )

        try:
            return await self._database.read(work)
        except _ExpiredError:
            raise await self._too_late() from None

    async def sweep(self) -> int:
        """Write down which invitations have expired; return how many."""
        return await self._database.write(
            lambda connection: open_invitations.expire(connection, now=self._clock.now())
        )

    async def redeem(self, wanted: Redeem) -> None:
        """Set the password of the person who was invited; uses the invitation up.

        Raises:
            ProblemError: INVITATION_USED, or INVALID (the password is too short).
        """
        try:
            await self._redeem(wanted)
        except _ExpiredError:
            raise await self._too_late() from None

    async def _redeem(self, wanted: Redeem) -> None:
        def look(connection: Connection) -> people.Person:
            return self._invited(connection, wanted.secret)[1]

        person = await self._database.read(look)
        self._password_rules.check(wanted.password, user_name=person.user_name)
        hashed = await self._passwords.hash(wanted.password)

        def work(connection: Connection) -> None:
            now = self._clock.now()
            invitation, invited = self._invited(connection, wanted.secret)
            sessions.end_invitation(connection, invitation.id, now=now)
            people.set_password(connection, invited.id, hashed=hashed, now=now)
            self._sessions.end_all(connection, invited.id, actor=invited.id, cause="user")
            audit.record(
                connection,
                event=Event.INVITE_REDEEMED,
                actor=invited.id,
                subject=invitation.id,
                detail={"device_id": NO_DEVICE},
                now=now,
            )
            audit.record(
                connection,
                event=Event.AUTH_PASSWORD_CHANGED,
                actor=invited.id,
                subject=invited.id,
                detail={"forced": False},
                now=now,
            )

        await self._database.write(work)

    def _invited(
        self, connection: Connection, secret: str
    ) -> tuple[sessions.StoredInvitation, people.Person]:
        found = sessions.invitation_by_secret(connection, tokens.token_hash(secret))
        if found is None or found.ended is not None:
            raise _used()
        if found.expires <= self._clock.now():
            raise _ExpiredError
        person = people.person_by_id(connection, found.user)
        if person is None:
            raise _used()
        return found, person

    async def _too_late(self) -> ProblemError:
        """Write down that it has expired; say no more of it than of one that never was."""
        with suppress(ProblemError):  # a full disk: the next sweep finds it
            await self.sweep()
        return _used()


def _pin(pin: Pin | None) -> str:
    """Return what follows the secret in a link."""
    if pin is None:
        return ""
    root, key = (
        base64.urlsafe_b64encode(each).rstrip(b"=").decode()
        for each in (pin.checkpoint.root, pin.public)
    )
    return f".{pin.begun}.{pin.checkpoint.size}.{root}.{key}"


def _used() -> ProblemError:
    return ProblemError(Code.INVITATION_USED, "ask an administrator for another one")
