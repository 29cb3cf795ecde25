"""Encrypted files between this device and the server: streamed, and gone on with if cut off."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final

import aiohttp

from teamchat.client.http import Http, OfflineError, RefusedError, decoded, refusal
from teamchat.ids import BlobId, DeviceId
from teamchat.wire.bodies import Blob
from teamchat.wire.gifts import SetTakers
from teamchat.wire.problems import Code

PIECE: Final = 256 * 1024
TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=10, sock_read=60)
TRIES: Final = 5
"""How often in a row a download that was cut off is gone on with, without a byte in between."""
NAMING_TRIES: Final = 9
"""How often it is said for whom a file is, until the server hears it: for nine minutes, as each
pause is twice as long. The server keeps the file for an hour without."""
LATER: Final = frozenset({Code.OVERLOADED, Code.TOO_MANY_REQUESTS, Code.INTERNAL})
"""Refusals that end by themselves."""
PAUSE_SECONDS: Final = 1.0
PARTIAL: Final = 206
_ANSWER_BYTES: Final = 64 * 1024

Progress = Callable[[int], None]
"""Told how many bytes are there by now."""


class BlobFiles:
    """The encrypted files of a server.

    Args:
        http: Reaches the server.
    """

    def __init__(self, http: Http) -> None:
        self._http = http

    async def give(self, path: Path, takers: Sequence[DeviceId], progress: Progress) -> BlobId:
        """Keep a file on the server until these devices have taken it, or its time is over.

        Raises:
            OfflineError: There was no answer of ours.
            RefusedError: The server does not take it.
        """
        blob = await self._upload(path, progress)
        try:
            await self._name_takers(blob, SetTakers(tuple(takers)))
        except (OfflineError, RefusedError):
            with contextlib.suppress(OfflineError, RefusedError):
                await self._http.fetch("DELETE", f"/blobs/{blob}")
            raise
        return blob

    async def _name_takers(self, blob: BlobId, takers: SetTakers) -> None:
        """Say for whom a file is, again and again: it was long on its way."""
        for pause in (PAUSE_SECONDS * 2**tries for tries in range(NAMING_TRIES)):
            try:
                await self._http.fetch("PUT", f"/gifts/{blob}/takers", takers)
            except OfflineError:
                await asyncio.sleep(pause)
            except RefusedError as error:
                if error.code is Code.CONFLICT:
                    return  # it was heard, and the answer was lost
                if error.code not in LATER:
                    raise
                await asyncio.sleep(max(pause, error.retry_after))
            else:
                return
        raise OfflineError("the server does not hear for whom a file is")

    async def taken(self, blob: BlobId) -> None:
        """Say that this device has no more use for a file that was given to it.

        Raises:
            OfflineError: There was no answer of ours.
            RefusedError: It was not for this device, or is gone.
        """
        await self._http.fetch("POST", f"/gifts/{blob}/taken")

    async def _upload(self, path: Path, progress: Progress) -> BlobId:
        http = self._http
        headers = {**http.headers(), "Content-Type": "application/octet-stream",
                   "Content-Length": str(_length(path))}  # fmt: skip
        try:
            async with http.session().post(
                http.url("/gifts"), data=_pieces(path, progress), headers=headers,
                timeout=TIMEOUT, allow_redirects=False,
            ) as response:  # fmt: skip
                answer = await response.content.read(_ANSWER_BYTES)
                if response.status >= 300:
                    raise refusal(response.status, answer)
                return BlobId(decoded(answer, Blob).id)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise http.offline(error) from error

    async def download(self, blob: BlobId, path: Path, size: int, progress: Progress) -> None:
        """Fetch a file of at most `size` bytes; what of it is there already is not fetched again.

        Raises:
            OfflineError: The connection was cut off too often.
            RefusedError: There is no such file.
        """
        tries = 0
        while (begun := _length(path)) < size:
            try:
                await self._download(blob, path, size, progress)
            except OfflineError:
                tries = 0 if _length(path) > begun else tries + 1
                if tries >= TRIES:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                if _length(path) <= begun:
                    return  # it is shorter than was said

    async def _download(self, blob: BlobId, path: Path, size: int, progress: Progress) -> None:
        http, begun = self._http, _length(path)
        headers = {**http.headers(), "Range": f"bytes={begun}-"}
        try:
            async with http.session().get(
                http.url(f"/blobs/{blob}"), headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                if response.status >= 300:
                    raise refusal(response.status, await response.content.read(_ANSWER_BYTES))
                begun = begun if response.status == PARTIAL else 0
                with path.open("ab" if begun else "wb") as file:
                    async for piece in response.content.iter_chunked(PIECE):
                        begun += len(piece)
                        if begun > size:
                            return  # it is longer than was said
                        file.write(piece)
                        progress(begun)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise http.offline(error) from error


async def _pieces(path: Path, progress: Progress) -> AsyncIterator[bytes]:
    done = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
            done += len(piece)
            progress(done)


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
