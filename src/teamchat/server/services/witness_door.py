"""One question to a witness over HTTP, bounded in time and size.

Only what the operator wrote into the settings is asked; no redirect is followed, no proxy of the
environment used, nothing unpacked, no cookie kept.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from teamchat.errors import TeamchatError

SECONDS: Final = 10.0
"""For one question and its answer."""
CONNECT_SECONDS: Final = 5.0
MOST: Final = 16_384
"""Bytes of an answer."""
_HEADERS: Final = {
    "Accept-Encoding": "identity",
    "Content-Type": "text/plain; charset=utf-8",
    "User-Agent": "teamchat",
}


class WitnessAwayError(TeamchatError):
    """The witness did not answer, or too slowly, or too much."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness has answered."""

    status: int
    media_type: str
    body: bytes


class Door:
    """Asks witnesses."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def ask(self, url: str, body: bytes) -> Answer:
        """Put a question.

        Raises:
            WitnessAwayError: There is no answer, or it is too large.
        """
        return await self._answered("POST", url, body)

    async def look(self, url: str) -> Answer:
        """Look at what a witness shows to everybody.

        Raises:
            WitnessAwayError: There is no answer, or it is too large.
        """
        return await self._answered("GET", url, None)

    async def _answered(self, method: str, url: str, body: bytes | None) -> Answer:
        try:
            async with self._session.request(method, url, data=body, allow_redirects=False) as got:
                data = bytearray()
                async for piece in got.content.iter_chunked(MOST):
                    data += piece
                    if len(data) > MOST:
                        raise WitnessAwayError("its answer is too large")
                return Answer(got.status, got.content_type, bytes(data))
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise WitnessAwayError(f"no answer ({type(error).__name__})") from error


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    """Yield a door; its connections are closed at the end."""
    async with ClientSession(
        timeout=ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS),
        auto_decompress=False,
        cookie_jar=DummyCookieJar(),
        headers=_HEADERS,
        trust_env=False,
    ) as session:
        yield Door(session)
