"""Sessions: a password or an open door becomes an opaque token; a token becomes an actor.

A token is shown once and kept as a hash. A session ends by logging out, by not being used,
when its device or its person is ended, and when the password changes elsewhere. Whatever ends
it also closes the socket of its device, once the transaction is durable.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import DeviceId, SessionId, UserId, identifier
from teamchat.server.auth import tokens
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.auth.passwords import PasswordRules, Passwords, Verdict
from teamchat.server.auth.permissions import Action
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import people, registration, sessions
from teamchat.wire.bodies import ChangePassword, Login, Session, User
from teamchat.wire.problems import Code, ProblemError, Reason

DAY: Final = 86_400

_UNBOUND_SECONDS: Final = DAY
"""How long a session lives that has no device yet: its login broke off, or is still going on."""

_KEPT_DAYS: Final = 30
"""How long an expired session is kept, so that its token is told from one that never was."""

_ATTEMPTS: Final = 3
"""How often a password is checked anew because the account changed while it was checked."""

CloseDevice = Callable[[DeviceId], None]
"""Closes the socket of a device at once; does nothing if there is none."""


class Sessions:
    """Logs people in and out, and knows who holds a token."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        passwords: Passwords,
        password_rules: PasswordRules,
        limiter: Limiter,
        idle_days: int,
        close_device: CloseDevice,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._passwords = passwords
        self._password_rules = password_rules
        self._limiter = limiter
        self._idle = idle_days * DAY
        self._close_device = close_device

    async def log_in(self, wanted: Login, *, network: str) -> Session:
        """Start a session.

        Args:
            wanted: User name and password.
            network: Where the request comes from (`auth.limits.network`); not kept.

        Raises:
            ProblemError: WRONG_CREDENTIALS, whatever is wrong; TOO_MANY_REQUESTS; OVERLOADED.
        """
        user_name = wanted.user_name.strip().lower()
        await self._throttle(user_name, network)
        for _ in range(_ATTEMPTS):
            person, stored = await self._database.read(lambda c: _account(c, user_name))
            verdict = await self._passwords.verify(stored, wanted.password)
            if person is None or not person.active or not verdict.right:
                raise await self._refusal(person, right=verdict.right)
            started = await self._start(person, stored, verdict, wanted.password)
            if started is not None:
                self._limiter.give_back(Limit.LOGIN_FAILED_BY_NETWORK, network)
                return started
        raise ProblemError(Code.OVERLOADED, "the account is being changed", retry_after=1)

    async def authenticate(self, token: str) -> Actor:
        """Return who holds a token.

        Raises:
            ProblemError: NOT_LOGGED_IN, no such token; REVOKED, it was ended or has expired.
        """
        hashed = tokens.token_hash(token)

        def work(connection: Connection) -> tuple[sessions.StoredSession, Actor]:
            return self._actor(connection, hashed)

        stored, actor = await self._database.read(work)
        if stored.used_day != self._clock.now() // DAY:
            with suppress(ProblemError):  # a full disk must not stop anybody from reading
                await self._database.write(lambda connection: self._touch(connection, stored))
        return actor

    async def note_denied(self, actor: Actor, action: Action) -> None:
        """Write down that somebody asked for what they may not do; once in a while is enough."""
        if self._limiter.take(Limit.DENIALS_BY_ACCOUNT, f"{actor.user} {action.value}"):
            return
        await self._database.write(
            lambda connection: self._record(
                connection, Event.AUTHZ_DENIED, actor.user, action.value, {"rule": action.value}
            )
        )

    async def forget_old(self) -> int:
        """Delete sessions that have been over for a while; return how many."""
        before = self._clock.now() - _KEPT_DAYS * DAY
        return await self._database.write(
            lambda connection: sessions.forget_sessions(connection, before=before)
        )

    async def log_out(self, actor: Actor) -> None:
        """End the session that asks."""

        def work(connection: Connection) -> None:
            now = self._clock.now()
            if sessions.end_session(connection, actor.session, now=now):
                self._record(
                    connection, Event.AUTH_LOGOUT, actor.user, actor.session, {"cause": "user"}
                )
                if actor.device is not None:
                    self._close(connection, actor.device)

        await self._database.write(work)

    async def change_password(self, actor: Actor, wanted: ChangePassword) -> None:
        """Set another password; every other session of the person ends.

        Raises:
            ProblemError: WRONG_CREDENTIALS (the old one is wrong), INVALID, TOO_MANY_REQUESTS.
        """
        self._limiter.require(Limit.PASSWORD_BY_ACCOUNT, actor.user)
        person, stored = await self._database.read(lambda c: _own_account(c, actor.user))
        verdict = await self._passwords.verify(stored, wanted.old)
        if not verdict.right:
            raise ProblemError(Code.WRONG_CREDENTIALS, "the old password is wrong")
        self._password_rules.check(wanted.new, user_name=person.user_name)
        hashed = await self._passwords.hash(wanted.new)

        def work(connection: Connection) -> None:
            if people.password_hash(connection, actor.user) != stored:
                raise ProblemError(Code.CONFLICT, "the password has just been changed")
            people.set_password(connection, actor.user, hashed=hashed, now=self._clock.now())
            self.end_all(connection, actor.user, actor=actor.user, cause="user", but=actor.session)
            self._record(
                connection,
                Event.AUTH_PASSWORD_CHANGED,
                actor.user,
                actor.user,
                {"forced": False},
            )

        await self._database.write(work)

    def end_all(
        self,
        connection: Connection,
        user: UserId,
        *,
        actor: str,
        cause: str,
        but: SessionId | None = None,
    ) -> int:
        """End every session of a person, all but one if given; return how many there were."""
        ended = sessions.end_sessions_of(connection, user, now=self._clock.now(), but=but)
        if ended:
            self._record(
                connection,
                Event.SESSION_REVOKED_ALL,
                actor,
                user,
                {"count": len(ended), "cause": cause},
            )
        for session in ended:
            if session.device is not None:
                self._close(connection, session.device)
        return len(ended)

    def end_device(
        self, connection: Connection, device: DeviceId, *, actor: str, cause: str
    ) -> None:
        """End every session of a device and close its socket."""
        for session in sessions.end_sessions_on(connection, device, now=self._clock.now()):
            self._record(connection, Event.SESSION_REVOKED, actor, session.id, {"cause": cause})
        self._close(connection, device)

    def begin_on(
        self, connection: Connection, person: people.Person, device: DeviceId, token: str
    ) -> Session:
        """Begin a session of a device that another one has vouched for; its older ones end."""
        now = self._clock.now()
        self.end_device(connection, device, actor=person.id, cause="replaced")
        new = sessions.StoredSession(
            id=SessionId(identifier(self._random(16))),
            user=person.id,
            device=device,
            used_day=now // DAY,
            expires=now + self._idle,
            ended=None,
        )
        sessions.insert_session(connection, new, token_hash=tokens.token_hash(token), now=now)
        detail: dict[str, audit.Detail] = {"method": "linking", "outcome": "success"}
        self._record(connection, Event.AUTH_LOGIN, person.id, new.id, detail)
        return Session(token, new.expires, shown(person))

    def bind(self, connection: Connection, actor: Actor, device: DeviceId) -> None:
        """Give the session that asks its device; what earlier logins left behind ends.

        Raises:
            ProblemError: CONFLICT, it has one already, or has ended.
        """
        now = self._clock.now()
        expires = now + self._idle
        if not sessions.bind_device(connection, actor.session, device, expires=expires):
            raise ProblemError(Code.CONFLICT, "this session has just got a device, or has ended")
        for left in sessions.end_unbound_before(connection, actor.session, now=now):
            self._record(
                connection, Event.SESSION_REVOKED, actor.user, left.id, {"cause": "unfinished"}
            )

    # --- the steps -------------------------------------------------------------------------

    async def _throttle(self, user_name: str, network: str) -> None:
        pair = f"{network} {user_name}"
        for limit, key in (
            (Limit.LOGIN_BY_PAIR, pair),
            (Limit.LOGIN_FAILED_BY_NETWORK, network),
        ):
            wait = self._limiter.take(limit, key)
            if wait:
                await self._tell_of(limit, key)
                raise ProblemError(Code.TOO_MANY_REQUESTS, retry_after=int(wait) + 1)

    async def _tell_of(self, limit: Limit, key: str) -> None:
        if self._limiter.first_refusal(limit, key):
            await self._database.write(
                lambda connection: self._record(
                    connection,
                    Event.RATELIMIT_TRIPPED,
                    audit.SYSTEM,
                    "login",
                    {"rule": limit.rule},
                )
            )

    async def _refusal(self, person: people.Person | None, *, right: bool) -> ProblemError:
        """Write a failed login down and return what to say; all is told to the right password."""
        subject = audit.UNKNOWN if person is None else person.id
        detail: dict[str, audit.Detail] = {
            "method": "password",
            "outcome": "failure",
            "failure_code": Code.WRONG_CREDENTIALS.slug,
        }
        await self._database.write(
            lambda connection: self._record(connection, Event.AUTH_LOGIN, subject, subject, detail)
        )
        if person is not None and right:
            return ProblemError(
                Code.WRONG_CREDENTIALS,
                "this account is deactivated",
                reason=Reason.OWN_ACCOUNT_DEACTIVATED,
            )
        return ProblemError(Code.WRONG_CREDENTIALS)

    async def _start(
        self, person: people.Person, stored: str | None, verdict: Verdict, password: str
    ) -> Session | None:
        """Start a session; None if the account is not any more what was checked."""
        rehashed = await self._passwords.hash(password) if verdict.outdated else None
        token = tokens.token(self._random(tokens.BYTES))

        def work(connection: Connection) -> Session | None:
            current, still = _account(connection, person.user_name)
            if current is None or not current.active or still != stored:
                return None
            now = self._clock.now()
            if rehashed is not None:
                people.set_password(connection, current.id, hashed=rehashed, now=now)
            new = sessions.StoredSession(
                id=SessionId(identifier(self._random(16))),
                user=current.id,
                device=None,
                used_day=now // DAY,
                expires=now + min(self._idle, _UNBOUND_SECONDS),
                ended=None,
            )
            hashed = tokens.token_hash(token)
            sessions.insert_session(connection, new, token_hash=hashed, now=now)
            self._record(
                connection,
                Event.AUTH_LOGIN,
                current.id,
                new.id,
                {"method": "password", "outcome": "success"},
            )
            return Session(token, new.expires, shown(current))

        return await self._database.write(work)

    def _actor(self, connection: Connection, hashed: bytes) -> tuple[sessions.StoredSession, Actor]:
        holder = sessions.holder_of(connection, hashed)
        if holder is None:
            raise ProblemError(Code.NOT_LOGGED_IN, "log in again")
        stored = holder.session
        if not holder.active:
            raise ProblemError(
                Code.REVOKED, "this account is deactivated", reason=Reason.OWN_ACCOUNT_DEACTIVATED
            )
        if stored.ended is not None or stored.expires <= self._clock.now():
            raise ProblemError(Code.REVOKED, "log in again")
        return stored, Actor(
            user=stored.user, session=stored.id, roles=holder.roles, device=stored.device
        )

    def _touch(self, connection: Connection, stored: sessions.StoredSession) -> None:
        now = self._clock.now()
        expires = stored.expires if stored.device is None else now + self._idle
        sessions.touch(connection, stored.id, day=now // DAY, expires=expires)
        if stored.device is not None:
            registration.note_activity(connection, stored.device, day=now // DAY)

    def _close(self, connection: Connection, device: DeviceId) -> None:
        after_commit(connection, lambda: self._close_device(device))

    def _record(
        self,
        connection: Connection,
        event: Event,
        actor: str,
        subject: str,
        detail: dict[str, audit.Detail],
    ) -> None:
        audit.record(
            connection,
            event=event,
            actor=actor,
            subject=subject,
            detail=detail,
            now=self._clock.now(),
        )


def shown(person: people.Person) -> User:
    """Return a person as colleagues see them."""
    return User(
        id=person.id,
        user_name=person.user_name,
        display_name=person.display_name,
        site=person.site,
        active=person.active,
        identity_key=person.identity_key or b"",
    )


def _account(connection: Connection, user_name: str) -> tuple[people.Person | None, str | None]:
    person = people.person_by_name(connection, user_name)
    stored = None if person is None else people.password_hash(connection, person.id)
    return person, stored


def _own_account(connection: Connection, user: UserId) -> tuple[people.Person, str | None]:
    person = people.person_by_id(connection, user)
    if person is None:
        raise ProblemError(Code.NOT_LOGGED_IN)
    return person, people.password_hash(connection, user)
