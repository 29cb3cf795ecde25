"""HTTP to the server over aiohttp: one session, typed bodies, problems as errors.

TLS is verified against the system's authorities, or against one CA file of the company.
Redirects are not followed: the token goes to the server that was named, and to no other.
"""

import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from teamchat.client.errors import AccountError
from teamchat.errors import TeamchatError
from teamchat.wire.limits import TREE_BYTES
from teamchat.wire.problems import Code, Problem, code_of

TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
ANSWER_BYTES: Final = 3 * TREE_BYTES // 2
"""An answer is not read beyond this; the largest is a tree in base64, a third larger than it is."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class OfflineError(TeamchatError):
    """The server was not reached, or what answered was not it."""

    def for_people(self) -> AccountError:
        """Return what to tell the person."""
        return AccountError("error-offline")


class TooLargeError(OfflineError):
    """The answer has more bytes than are read; asked again it is no smaller."""


class UntrustedError(OfflineError):
    """Whoever answered has no certificate that counts here.

    Args:
        server: The name that was called.
        reason: What is wrong with the certificate, as OpenSSL says it.
    """

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"{server}: {reason}")
        self._arguments = {"server": server, "reason": reason}

    def for_people(self) -> AccountError:
        """Return what to tell the person."""
        return AccountError("error-certificate", **self._arguments)


class RefusedError(TeamchatError):
    """The server answered with a problem."""

    def __init__(
        self, code: Code, detail: str = "", retry_after: int = 0, reason: str = ""
    ) -> None:
        super().__init__(f"{code.slug}: {detail}")
        self.code = code
        self.retry_after = retry_after
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the server is."""

    url: str
    ca_file: str = ""

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError as error:
            raise AccountError("error-server-address", address=self.url) from error
        if parts.path.rstrip("/") == "/join":
            raise AccountError("error-address-of-invitation")
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
        if not (parts.hostname and bare and port != 0 and (parts.scheme == "https" or plain)):
            raise AccountError("error-server-address", address=self.url)

    def context(self) -> ssl.SSLContext | bool:
        """Return how TLS is verified; True if there is none, on this very machine.

        Raises:
            AccountError: The CA file is not readable.
        """
        if self.url.startswith("http:"):
            return True
        try:
            return ssl.create_default_context(cafile=self.ca_file or None)
        except (OSError, ssl.SSLError) as error:
            raise AccountError("error-ca-file", path=self.ca_file) from error


class Http:
    """Requests to one server, with or without a session token."""

    def __init__(self, address: ServerAddress, token: str = "") -> None:
        self._address = address
        self._root = address.url.rstrip("/")
        self._context = address.context()
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self.token = token
        self.untrusted: UntrustedError | None = None
        """What was wrong with the server's certificate at the last try, if anything was."""
        self.server_time: int | None = None
        """What time it was at the server when it last answered, in seconds since 1970."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection, for good."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None

    def session(self) -> aiohttp.ClientSession:
        """Return the session; it is made when it is first needed.

        Raises:
            OfflineError: It was closed; what still asks is ending.
        """
        if self._closed:
            raise OfflineError
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(ssl=self._context)
            followed = aiohttp.TraceConfig()
            followed.on_request_redirect.append(_refuse_redirect)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=TIMEOUT,
                trust_env=True,
                max_line_size=16384,
                trace_configs=[followed],
            )
        return self._session

    def url(self, path: str) -> str:
        """Return the address of a path below `/v1`."""
        return f"{self._root}/v1{path}"

    def headers(self) -> dict[str, str]:
        """Return what says who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def ask(
        self, method: str, path: str, answer: type[_Answer], body: msgspec.Struct | None = None
    ) -> _Answer:
        """Make a request and read its answer.

        Raises:
            OfflineError: There was no answer of ours.
            RefusedError: The server answered with a problem.
        """
        return decoded(await self.fetch(method, path, body), answer)

    async def fetch(
        self, method: str, path: str, body: msgspec.Struct | bytes | None = None, *, start: int = 0
    ) -> bytes:
        """Make a request and return the bytes of its answer; bytes are sent as they are.

        Args:
            method: Of HTTP.
            path: Below `/v1`.
            body: What is sent.
            start: How many bytes at the beginning of the answer are left out (RFC 9110 §14).

        Raises:
            OfflineError: There was no answer of ours.
            RefusedError: The server answered with a problem.
        """
        headers = self.headers()
        if start:
            headers["Range"] = f"bytes={start}-"
        data = body if isinstance(body, bytes) else None
        if data is not None:
            headers["Content-Type"] = "application/octet-stream"
        elif isinstance(body, msgspec.Struct):
            data, headers["Content-Type"] = msgspec.json.encode(body), "application/json"
        try:
            async with self.session().request(
                method, self.url(path), data=data, headers=headers, allow_redirects=False
            ) as response:
                self.untrusted = None
                self.server_time = _seconds(response.headers.get("Date", ""))
                answer = await _read_bounded(response)
                if response.status >= 300:
                    raise refusal(response.status, answer)
                return _rest(response, answer, start) if start else answer
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self.offline(error) from error

    def offline(self, error: Exception) -> OfflineError:
        """Return why the server was not reached, and remember it if it is its certificate."""
        self.untrusted = None
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            found = error.certificate_error
            reason = (
                found.verify_message
                if isinstance(found, ssl.SSLCertVerificationError)
                else str(found)
            )
            self.untrusted = UntrustedError(error.host, reason)
        return self.untrusted or OfflineError(str(error))


async def _refuse_redirect(*_: object) -> None:
    """Stop where aiohttp would follow by itself: it does when it opens a socket."""
    raise aiohttp.ClientError("redirects are not followed")


def decoded(data: bytes, answer: type[_Answer]) -> _Answer:
    """Read the body of an answer.

    Raises:
        OfflineError: It is not of this protocol.
    """
    try:
        return msgspec.json.decode(data, type=answer)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise OfflineError("the answer is not of this protocol") from error


def _seconds(date: str) -> int | None:
    """Read a Date header (RFC 9110 §6.6.1); None if it is none."""
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, OverflowError):
        return None


def _rest(response: aiohttp.ClientResponse, answer: bytes, start: int) -> bytes:
    """Return what stands behind the first bytes, whether the server has left them out or not."""
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        return answer[start:]
    if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
        raise OfflineError("another part than was asked for")
    return answer


async def _read_bounded(response: aiohttp.ClientResponse) -> bytes:
    chunks, size = [], 0
    async for chunk in response.content.iter_chunked(64 * 1024):
        size += len(chunk)
        if size > ANSWER_BYTES:
            raise TooLargeError("the answer is too large")
        chunks.append(chunk)
    return b"".join(chunks)


def refusal(status: int, answer: bytes) -> TeamchatError:
    """Return what an answer with a status of 300 or more says."""
    try:
        problem = decoded(answer, Problem)
    except OfflineError:
        return OfflineError(f"not an answer of a teamchat server ({status})")
    code = code_of(problem.code)
    if code is None:
        code = Code.INTERNAL if status >= 500 else Code.INVALID
    return RefusedError(code, problem.detail, problem.retry_after, problem.reason)
