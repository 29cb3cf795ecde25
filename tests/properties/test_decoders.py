"""Hostile input: a value or the allowed error, in bounded time and memory, and one encoding."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamchat.mls.errors import DecodeError
from tests.support.decoders import DECODERS, Decoder
from tests.support.strategies.mutations import hostile

SECONDS = 2.0
"""Of this process's own time, for a small input; generous, machines are shared."""
MEMORY = 4 * 1024 * 1024
PER_BYTE = 400
"""How many bytes of values one byte of input may become."""

NAMES = [each.name for each in DECODERS]
NOT_STRUCTURES = [
    each for each in DECODERS if DecodeError not in each.errors[:1] or len(each.errors) > 2
]
"""That structures are read as they were written is test_mls_codec's."""


EXAMPLES = max(10, settings().max_examples // 5)
"""There are many decoders; `make fuzz` has the time for many examples of each."""


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Bound what reading an input of so many bytes takes; what made the input is not watched."""
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
    finally:
        taken, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert taken < SECONDS
    assert peak < MEMORY + PER_BYTE * size


def test_every_decoder_stands_in_the_list_once() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("decoder", NOT_STRUCTURES, ids=repr)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_decoder_reads_what_is_good(decoder: Decoder, data: st.DataObject) -> None:
    """So the mutations start from something that is read to its end."""
    sample = data.draw(decoder.samples)
    value = decoder.read(sample)
    if decoder.write is not None:
        assert decoder.write(value) == sample


@pytest.mark.parametrize("decoder", DECODERS, ids=NAMES)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_decoder_refuses_what_is_hostile(decoder: Decoder, data: st.DataObject) -> None:
    sample = data.draw(hostile(decoder.samples))
    with bounded(len(sample)):
        try:
            value = decoder.read(sample)
        except decoder.errors:
            return
    if decoder.write is not None:
        assert decoder.write(value) == sample
