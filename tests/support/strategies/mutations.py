"""What hostile people do to bytes that were good."""

from collections.abc import Callable

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[object]], object]

MAX_RANDOM = 300
OPENERS = (
    b"\x81", b"\xa1\x00", b"\xc1", b"\xd8\x2a", b"\x9f", b"\x5f",  # CBOR: arrays, maps, tags
    b"\x91", b"\x81\x00", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",  # MessagePack
    b"[", b'{"a":', b'{"id":', b"a=[", b"a={b=",  # JSON, TOML
    b"\x00\x01", b"\xbf\xff\xff\xff", b"\x40\x00", b"\x80\x00\x00\x00", b"\xff",  # lengths of MLS
)  # fmt: skip
LENGTHS = (b"\x00", b"\x40\x00", b"\x80\x00\x00\x01", b"\xbf\xff\xff\xff", b"\xff\xff\xff\xff",
           b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff", b"\x7b\x7f\xff\xff\xff\xff\xff\xff\xff",
           b"\xc6\xff\xff\xff\xff", b"\xdb\x7f\xff\xff\xff", b"1" * 400)  # fmt: skip
"""Lengths of nothing, of everything, and lengths written longer than needed."""


def nests() -> st.SearchStrategy[bytes]:
    """Something opened again and again."""
    openers = st.sampled_from(OPENERS)
    depths = st.sampled_from((2, 17, 200, 1200))
    return st.builds(lambda opener, depth: opener * depth, openers, depths)


@st.composite
def mutations(draw: Draw, samples: st.SearchStrategy[bytes]) -> bytes:
    """A good sample, changed once or a few times."""
    data = draw(samples)
    assert isinstance(data, bytes)
    for _ in range(_number(draw, 1, 3)):
        data = _changed(draw, data)
    return data


def _changed(draw: Draw, data: bytes) -> bytes:
    at = _number(draw, 0, len(data))
    end = _number(draw, at, min(len(data), at + 40))
    match draw(st.sampled_from(("flip", "cut", "drop", "insert", "repeat", "length", "nest"))):
        case "flip" if at < len(data):
            return data[:at] + bytes([data[at] ^ 1 << _number(draw, 0, 7)]) + data[at + 1 :]
        case "cut":
            return data[:at]
        case "drop":
            return data[:at] + data[end:]
        case "insert":
            inserted = draw(st.binary(min_size=1, max_size=8))
            assert isinstance(inserted, bytes)
            return data[:at] + inserted + data[at:]
        case "repeat":
            return data[:end] + data[at:end] * _number(draw, 1, 3) + data[end:]
        case "length":
            length = draw(st.sampled_from(LENGTHS))
            assert isinstance(length, bytes)
            return data[:at] + length + data[min(len(data), at + _number(draw, 0, 4)) :]
        case _:
            nest = draw(nests())
            assert isinstance(nest, bytes)
            return data[:at] + nest + data[at:]


def _number(draw: Draw, least: int, most: int) -> int:
    number = draw(st.integers(least, most))
    assert isinstance(number, int)
    return number


def hostile(samples: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Anything: random bytes, something nested, a mutation of something good."""
    return st.binary(max_size=MAX_RANDOM) | nests() | mutations(samples)
