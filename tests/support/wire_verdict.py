"""What Python makes of bytes of the wire: written anew, or refused. Both languages must agree."""

import msgspec

from teamchat.wire import frames
from tests.support.wire_examples import bodies_by_name

BODIES = bodies_by_name()


def of_body(name: str, data: bytes) -> bytes | None:
    """Return a body as it is written, every field said; None if it is refused."""
    try:
        body = msgspec.json.decode(data, type=BODIES[name])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return msgspec.json.encode(msgspec.structs.asdict(body))


def of_frame(side: str, data: bytes) -> bytes | None:
    """Return a frame as it is written; none at all if it is passed over; None if it is refused."""
    try:
        frame = frames.decode_client(data) if side == "client" else frames.decode_server(data)
    except frames.FrameError:
        return None
    return b"" if frame is None else frames.encode(frame)
