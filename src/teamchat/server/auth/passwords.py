"""Passwords: argon2id (RFC 9106), hashed in threads of their own, so many at once and no more.

An unknown user costs the same time as a known one: their password is verified against a hash
that nobody has the password of. A hash made with other parameters than today's is replaced at
the next login.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from teamchat.wire.problems import Code, ProblemError, Reason

_WAITING: Final = 64
"""How many may queue for one thread before the server says that it is overloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCost:
    """What one hash costs: passes, KiB of memory, lanes; and how many are made at once."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 1
    at_once: int = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password was right, and whether its hash should be made again."""

    right: bool
    outdated: bool = False


class Passwords:
    """Makes and verifies password hashes."""

    def __init__(self, cost: PasswordCost, *, random: bytes) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
        )
        self._nobody = self._hasher.hash(random)
        self._threads = ThreadPoolExecutor(cost.at_once, "argon2")
        self._most = cost.at_once * (1 + _WAITING)
        self._queued = 0

    async def hash(self, password: str) -> str:
        """Return the hash to keep of a password.

        Raises:
            ProblemError: OVERLOADED, too many are waiting.
        """
        return (await self._run(password, None))[0]

    async def verify(self, stored: str | None, password: str) -> Verdict:
        """Compare a password with a stored hash; None takes as long and is never right.

        Raises:
            ProblemError: OVERLOADED, too many are waiting.
        """
        return (await self._run(password, stored or self._nobody))[1]

    def close(self) -> None:
        """End the threads; what is being hashed is finished first."""
        self._threads.shutdown()

    async def _run(self, password: str, stored: str | None) -> tuple[str, Verdict]:
        if self._queued >= self._most:
            raise ProblemError(Code.OVERLOADED, "too many logins at once", retry_after=5)
        self._queued += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._work, password, stored)
        finally:
            self._queued -= 1

    def _work(self, password: str, stored: str | None) -> tuple[str, Verdict]:
        data = normalised(password)
        if stored is None:
            return self._hasher.hash(data), Verdict(right=True)
        try:
            self._hasher.verify(stored, data)
        except (VerifyMismatchError, InvalidHashError):
            return "", Verdict(right=False)
        return "", Verdict(right=True, outdated=self._hasher.check_needs_rehash(stored))


def normalised(password: str) -> bytes:
    """Return a password as it is hashed: the same on every keyboard (RFC 8265 §4.2, NFC)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a new password must be: long, and not the user name."""

    characters: int

    def check(self, password: str, *, user_name: str) -> None:
        """Insist on the rules.

        Raises:
            ProblemError: INVALID, which says what is missing.
        """
        written = unicodedata.normalize("NFC", password)
        if len(written) < self.characters:
            raise ProblemError(
                Code.INVALID,
                f"a password has {self.characters} characters or more",
                reason=Reason.PASSWORD_TOO_SHORT,
            )
        if len(set(written)) < 4 or user_name.casefold() == written.casefold():
            raise ProblemError(
                Code.INVALID, "this password is too easy to guess", reason=Reason.PASSWORD_TOO_EASY
            )
