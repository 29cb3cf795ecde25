"""The encrypted files of the server in memory."""

import os
from collections.abc import Sequence
from pathlib import Path

from teamchat.client.blob_files import Progress
from teamchat.client.http import OfflineError, RefusedError
from teamchat.ids import BlobId, DeviceId, identifier
from teamchat.wire.problems import Code


class SimulatedFiles:
    """What a device sees of them."""

    def __init__(
        self,
        blobs: dict[BlobId, bytes],
        takers: dict[BlobId, set[DeviceId]],
        device: DeviceId,
        *,
        reachable: bool,
    ) -> None:
        self._blobs = blobs
        self._takers = takers
        self._device = device
        self._reachable = reachable

    async def give(self, path: Path, takers: Sequence[DeviceId], progress: Progress) -> BlobId:
        self._check()
        blob = BlobId(identifier(os.urandom(16)))
        self._blobs[blob] = path.read_bytes()  # noqa: ASYNC240 - a test
        self._takers[blob] = {*takers}
        progress(len(self._blobs[blob]))
        return blob

    async def taken(self, blob: BlobId) -> None:
        """Keep the file for tests to look at, unlike the server."""
        self._check()
        if self._device not in self._takers.get(blob, set()):
            raise RefusedError(Code.NOT_FOUND)
        self._takers[blob].discard(self._device)

    async def download(self, blob: BlobId, path: Path, size: int, progress: Progress) -> None:
        self._check()
        if blob not in self._blobs:
            raise RefusedError(Code.NOT_FOUND)
        path.write_bytes(self._blobs[blob][:size])  # noqa: ASYNC240 - a test
        progress(size)

    def _check(self) -> None:
        if not self._reachable:
            raise OfflineError("out of reach")
