"""Ed25519 signatures at the edges, made with the curve's arithmetic alone (RFC 8032 §5.1).

After "Taming the Many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020): points of low order,
keys and commitments with a component of low order, encodings that are not reduced. Libraries
differ in what they accept of these; members of one group must not.
"""

import hashlib
from collections.abc import Iterator
from typing import Final, NamedTuple

Point = tuple[int, int]

_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SIGN: Final = 1 << 255
_NEUTRAL: Final = (0, 1)


class EdgeCase(NamedTuple):
    """A key, a message, a signature, and whether all of us accept it."""

    name: str
    public_key: bytes
    message: bytes
    signature: bytes
    accepted: bool


def _add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    k = _D * x1 * x2 * y1 * y2 % _P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, _P)
    y = (y1 * y2 + x1 * x2) * pow(1 - k, -1, _P)
    return x % _P, y % _P


def _times(factor: int, point: Point) -> Point:
    result = _NEUTRAL
    while factor:
        if factor & 1:
            result = _add(result, point)
        point = _add(point, point)
        factor >>= 1
    return result


def _point(y: int, sign: int) -> Point:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return (_P - x if x & 1 != sign else x), y


def _encoded(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _challenge(commitment: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(commitment + key + message).digest(), "little") % _L


def _scalar(name: bytes) -> int:
    return int.from_bytes(hashlib.sha256(name).digest(), "little") % _L


_B: Final = _point(4 * pow(5, -1, _P) % _P, 0)
_T8: Final = _point(
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
    0,
)
_T4: Final = _add(_T8, _T8)
_T2: Final = _add(_T4, _T4)
_LOW: Final = {1: _NEUTRAL, 2: _T2, 4: _T4, 8: _T8}
_KEY: Final = _scalar(b"key")
_NONCE: Final = _scalar(b"nonce")
_A: Final = _times(_KEY, _B)
_R: Final = _times(_NONCE, _B)


def edge_cases() -> list[EdgeCase]:
    """Return all cases, the same ones each time."""
    return [*_plain(), *_mixed(), *_low_order(), *_unreduced()]


def _case(  # the parts of a signature
    name: str, key: bytes, commitment: bytes, s: int, message: bytes, *, accepted: bool = False
) -> EdgeCase:
    return EdgeCase(name, key, message, commitment + s.to_bytes(32, "little"), accepted)


def _signed(key: bytes, commitment: bytes, message: bytes) -> int:
    return (_NONCE + _challenge(commitment, key, message) * _KEY) % _L


def _plain() -> Iterator[EdgeCase]:
    key, commitment, message = _encoded(_A), _encoded(_R), b"message"
    s = _signed(key, commitment, message)
    yield _case("ordinary", key, commitment, s, message, accepted=True)
    yield _case("S is not reduced", key, commitment, s + _L, message)
    yield _case("S of another message", key, commitment, _signed(key, commitment, b""), message)
    off_curve = (2).to_bytes(32, "little")
    yield _case("key not on the curve", off_curve, commitment, s, message)
    yield _case("commitment not on the curve", key, off_curve, s, message)


def _mixed() -> Iterator[EdgeCase]:
    """Points of high order with a low component: only the cofactor makes it vanish."""
    for order in (2, 4, 8):
        low = _LOW[order]
        commitment = _encoded(_add(_R, low))
        s = _signed(_encoded(_A), commitment, b"message")
        yield _case(f"commitment plus order {order}", _encoded(_A), commitment, s, b"message")
        key = _encoded(_add(_A, low))
        for vanishes in (True, False):
            message = _message(key, low, vanishes=vanishes)
            name = f"key plus order {order}, {'vanishing' if vanishes else 'staying'}"
            s = _signed(key, _encoded(_R), message)
            yield _case(name, key, _encoded(_R), s, message, accepted=vanishes)


def _low_order() -> Iterator[EdgeCase]:
    for order, low in _LOW.items():
        message = _message(_encoded(low), low, vanishes=True)
        yield _case(f"key of order {order}", _encoded(low), _encoded(_R), _NONCE, message)
        s = _challenge(_encoded(low), _encoded(_A), b"message") * _KEY % _L
        yield _case(f"commitment of order {order}", _encoded(_A), _encoded(low), s, b"message")
    neutral = _encoded(_NEUTRAL)
    yield _case("nothing but neutral", neutral, neutral, 0, b"message")


def _unreduced() -> Iterator[EdgeCase]:
    """The neutral point written otherwise: of no other point do we know the logarithm."""
    for name, encoding in (("y + p", _P + 1), ("minus zero", 1 | _SIGN), ("both", _P + 1 | _SIGN)):
        point = encoding.to_bytes(32, "little")
        yield _case(f"key with {name}", point, _encoded(_R), _NONCE, b"message")
        s = _challenge(point, _encoded(_A), b"message") * _KEY % _L
        yield _case(f"commitment with {name}", _encoded(_A), point, s, b"message")


def _message(key: bytes, low: Point, *, vanishes: bool) -> bytes:
    """Return a message whose challenge makes a key's low component vanish, or stay."""
    number = 0
    while True:
        message = b"message %d" % number
        challenge = _challenge(_encoded(_R), key, message)
        if (_times(challenge, low) == _NEUTRAL) == vanishes:
            return message
        number += 1
