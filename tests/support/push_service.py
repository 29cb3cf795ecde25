"""A push service that pretends: it takes calls as a browser's does, and answers as it is told.

It checks what RFC 8030 and RFC 8292 want of a call, and refuses what is not so with 400 or 403.
"""

import base64
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

LONGEST = 24 * 3_600


def unpacked(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


def claims_of(authorization: str) -> tuple[dict[str, object], bytes]:
    """Return what a VAPID header says, and by which key.

    Raises:
        ValueError: It is malformed.
        InvalidSignature: It is signed by another key.
    """
    scheme, _, rest = authorization.partition(" ")
    given = dict(each.strip().split("=", 1) for each in rest.split(","))
    if scheme != "vapid" or set(given) != {"t", "k"}:
        raise ValueError("no VAPID")
    signed, _, signature = given["t"].rpartition(".")
    header, claims = (json.loads(unpacked(each)) for each in signed.split("."))
    if header != {"typ": "JWT", "alg": "ES256"}:
        raise ValueError("another algorithm")
    raw, public = unpacked(signature), unpacked(given["k"])
    if len(raw) != 64:
        raise ValueError("no signature of ES256")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    halves = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(encode_dss_signature(*halves), signed.encode(), ec.ECDSA(hashes.SHA256()))
    return claims, public


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was taken: for whom, under which topic, with which key."""

    path: str
    topic: str
    ttl: int
    urgency: str
    claims: dict[str, object]
    key: bytes


@dataclass(slots=True)
class PushService:
    """Takes calls; `answers` says how the next ones are answered, 201 when it is empty."""

    now: Callable[[], float]
    origin: str = ""
    calls: list[Call] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        status, headers = self._answer(request, await request.read())
        self.tried.append(status)
        return web.Response(status=status, headers=headers)

    def _answer(self, request: web.Request, body: bytes) -> tuple[int, dict[str, str]]:
        sent = request.headers
        if body or sent.get("Content-Encoding") or "Cookie" in sent:
            return 400, {}
        try:
            claims, key = claims_of(sent.get("Authorization", ""))
            expires = int(str(claims["exp"]))
        except (ValueError, KeyError, InvalidSignature):
            return 403, {}
        now = self.now()
        named = str(claims.get("sub", "")).startswith(("mailto:", "https:"))
        if claims.get("aud") != self.origin or not now < expires <= now + LONGEST or not named:
            return 403, {}
        topic = sent.get("Topic", "")
        if len(topic) > 32 or not unpacked(topic):
            return 400, {}
        if self.answers:
            status, headers = self.answers.pop(0)
            return status, headers
        self.calls.append(
            Call(request.path, topic, int(sent["TTL"]), sent.get("Urgency", ""), claims, key)
        )
        return 201, {"Location": f"{self.origin}/message/1"}


@asynccontextmanager
async def push_service(
    context: ssl.SSLContext, *, host: str = "localhost", now: Callable[[], float] = time.time
) -> AsyncIterator[PushService]:
    """Serve one on a free port, over TLS."""
    service = PushService(now)
    app = web.Application()
    app.router.add_post("/{any:.*}", service.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        service.origin = f"https://{host}:{runner.addresses[0][1]}"
        yield service
    finally:
        await runner.cleanup()
