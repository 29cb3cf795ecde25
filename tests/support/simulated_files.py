"""The encrypted files of the server in memory."""

import os
from pathlib import Path

from teamchat.client.blob_files import Progress
from teamchat.client.http import OfflineError, RefusedError
from teamchat.ids import BlobId, identifier
from teamchat.wire.problems import Code


class SimulatedFiles:
    """What a device sees of them."""

    def __init__(self, blobs: dict[BlobId, bytes], *, reachable: bool) -> None:
        self._blobs = blobs
        self._reachable = reachable

    async def upload(self, path: Path, progress: Progress) -> BlobId:
        self._check()
        blob = BlobId(identifier(os.urandom(16)))
        self._blobs[blob] = path.read_bytes()  # noqa: ASYNC240 - a test
        progress(len(self._blobs[blob]))
        return blob

    async def download(self, blob: BlobId, path: Path, size: int, progress: Progress) -> None:
        self._check()
        if blob not in self._blobs:
            raise RefusedError(Code.NOT_FOUND)
        path.write_bytes(self._blobs[blob][:size])  # noqa: ASYNC240 - a test
        progress(size)

    def _check(self) -> None:
        if not self._reachable:
            raise OfflineError("out of reach")
