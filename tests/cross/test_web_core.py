"""What others may have made, the web client's core reads as Python does: CBOR, content, the wire.

Values are made up by Hypothesis, written, and changed as hostile people do. Both languages take
the same bytes, understand the same and write the same, or both refuse.
"""

import json
from collections.abc import Iterator
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.cbor import CborError, Limits, Tag
from teamchat.content import envelope
from tests.cross.node import Peer, RefusedError, bundled, data
from tests.support import wire_verdict
from tests.support.cbor_json import shown
from tests.support.content_verdict import of_content
from tests.support.decoders import content_samples
from tests.support.strategies.mutations import hostile
from tests.support.strategies.wire import values
from tests.support.wire_examples import CLIENT, FRAMES
from tests.unit.test_cbor import KEYS, VALUES

LIMITS: Final = Limits(depth=64)
EXAMPLES: Final = settings().max_examples
TAGS: Final = (2, 3, 24, 32, 2**53, 2**64 - 1)
BOUNDED: Final = {
    "not UTF-8", "a text is not UTF-8", "a name is there twice", "nested too deeply",
    "more values than allowed",
}  # fmt: skip
"""What the web client refuses of the wire wherever it stands, and Python where it reads it only."""

rich = st.recursive(
    VALUES | st.builds(cbor.Simple, st.sampled_from((0, 19, 23, 32, 255))),
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(Tag, st.sampled_from(TAGS), inner | st.binary(min_size=7, max_size=10))
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with Peer(bundled("core", tmp_path_factory.mktemp("core"))) as running:
        yield running


# --- CBOR ---------------------------------------------------------------------------------


def python_reads(sample: bytes) -> object:
    try:
        value = cbor.decode(sample, LIMITS)
    except CborError as error:
        return str(error)
    assert cbor.encode(value, depth=64) == sample
    return shown(value)


def web_reads(core: Peer, sample: bytes) -> object:
    try:
        read = core.ask("read_cbor", data=sample)
    except RefusedError as error:
        return str(error).removeprefix("CborError: ")
    assert data(read["written"]) == sample
    return read["value"]


def encoded(value: cbor.Value) -> bytes | None:
    try:
        return cbor.encode(value, depth=64)
    except CborError:
        return None


@settings(max_examples=EXAMPLES * 4)
@given(value=rich)
def test_a_value_is_written_alike_or_not_at_all(core: Peer, value: cbor.Value) -> None:
    try:
        written = data(core.ask("write_cbor", value=json.dumps(shown(value))))
    except RefusedError:
        written = None
    assert written == encoded(value)


@settings(max_examples=EXAMPLES * 8)
@given(sample=hostile(rich.map(encoded).filter(lambda data: data is not None)))  # type: ignore[arg-type]  # no None is left
def test_cbor_is_read_alike_and_refused_for_the_same_reason(core: Peer, sample: bytes) -> None:
    assert web_reads(core, sample) == python_reads(sample)


# --- content ------------------------------------------------------------------------------


packed: Final = content_samples().map(lambda content: bytes([envelope.MIMI_DRAFT_08]) + content)


@settings(max_examples=EXAMPLES * 8)
@given(sample=hostile(packed))
def test_content_means_the_same(core: Peer, sample: bytes) -> None:
    assert core.ask("content", data=sample) == of_content(sample)


@st.composite
def contents_changed_inside(draw: st.DrawFn) -> bytes:
    value = cbor_changed(draw, cbor.decode(draw(content_samples())))
    return bytes([envelope.MIMI_DRAFT_08]) + cbor.encode(value, depth=64)


def cbor_changed(draw: st.DrawFn, value: cbor.Value) -> cbor.Value:
    """Return a value in which something stands in the place of something else."""
    if isinstance(value, tuple) and value and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(value) - 1))
        return (*value[:at], cbor_changed(draw, value[at]), *value[at + 1 :])
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from([*value]) | KEYS)
        return {**value, key: cbor_changed(draw, value.get(key))}
    return draw(rich.filter(lambda each: encoded(each) is not None))


@settings(max_examples=EXAMPLES * 8)
@given(sample=contents_changed_inside())
def test_content_with_something_else_in_it_means_the_same(core: Peer, sample: bytes) -> None:
    assert core.ask("content", data=sample) == of_content(sample)


# --- the wire -----------------------------------------------------------------------------


def agreed(core: Peer, ours: bytes | None, what: str, **asked: object) -> None:
    """Check that the web client says the same; it is stricter in what it passes over."""
    try:
        theirs = data(core.ask(what, **asked))
    except RefusedError as error:
        reason = str(error).removeprefix("WireError: ").partition(" (in ")[0]
        assert ours is None or reason in BOUNDED
        return
    assert theirs == ours


bodies = st.sampled_from(sorted(wire_verdict.BODIES)).flatmap(
    lambda name: st.tuples(st.just(name), values(wire_verdict.BODIES[name]))
)
frames = st.sampled_from(sorted(FRAMES)).flatmap(
    lambda name: st.tuples(
        st.just("client" if name in CLIENT else "server"),
        values(FRAMES[name]).map(msgspec.msgpack.encode),
    )
)
ANY = st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=4) | st.floats()
OTHERS = ANY | st.lists(ANY, max_size=2) | st.dictionaries(st.text(max_size=3), ANY, max_size=2)


def changed(draw: st.DrawFn, tree: object) -> object:
    """Return a tree in which something was put in the place of something, or is missing."""
    if isinstance(tree, dict) and tree and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(tree)))
        rest = {each: tree[each] for each in tree if each != name}
        return rest if draw(st.booleans()) else {**rest, name: changed(draw, tree[name])}
    if isinstance(tree, list) and tree and draw(st.booleans()):
        at = draw(st.integers(0, len(tree) - 1))
        return [*tree[:at], changed(draw, tree[at]), *tree[at + 1 :]]
    return draw(OTHERS)


@st.composite
def bodies_changed_inside(draw: st.DrawFn) -> tuple[str, bytes]:
    name, body = draw(bodies)
    return name, json.dumps(changed(draw, msgspec.to_builtins(body))).encode()


@settings(max_examples=EXAMPLES * 4)
@given(sample=bodies)
def test_a_body_is_taken_alike(core: Peer, sample: tuple[str, object]) -> None:
    name, written = sample[0], msgspec.json.encode(sample[1])
    ours = wire_verdict.of_body(name, written)
    assert ours is not None
    assert data(core.ask("body", name=name, data=written)) == ours


@settings(max_examples=EXAMPLES * 8)
@given(sample=bodies_changed_inside())
def test_a_body_with_something_else_in_it_is_judged_alike(
    core: Peer, sample: tuple[str, bytes]
) -> None:
    name, written = sample
    agreed(core, wire_verdict.of_body(name, written), "body", name=name, data=written)


@settings(max_examples=EXAMPLES * 8)
@given(sample=st.data())
def test_a_hostile_body_is_judged_alike(core: Peer, sample: st.DataObject) -> None:
    name, body = sample.draw(bodies)
    written = sample.draw(hostile(st.just(msgspec.json.encode(body))))
    agreed(core, wire_verdict.of_body(name, written), "body", name=name, data=written)


@settings(max_examples=EXAMPLES * 12)
@given(sample=st.data())
def test_a_frame_is_judged_alike(core: Peer, sample: st.DataObject) -> None:
    side, good = sample.draw(frames)
    written = sample.draw(st.just(good) | hostile(st.just(good)))
    agreed(core, wire_verdict.of_frame(side, written), "frame", side=side, data=written)
