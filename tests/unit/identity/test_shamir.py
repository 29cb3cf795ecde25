import json
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity import shamir
from teamchat.identity.errors import IdentityError
from teamchat.identity.shamir import Share, combine, random_bytes, split

DATA = Path(__file__).parents[2] / "vectors" / "data" / "shamir.json"


def test_shares_that_another_library_has_computed_are_combined() -> None:
    cases = json.loads(DATA.read_text())["cases"]
    assert len(cases) == 6
    for case in cases:
        shares = [Share(int(n), bytes.fromhex(v)) for n, v in case["shares"].items()]
        wanted, threshold = bytes.fromhex(case["secret"]), case["threshold"]
        for some in (shares[:threshold], shares[-threshold:]):
            assert combine(some) == wanted
            if len(wanted) > 1:
                assert combine([*some[:-1], Share(some[-1].number, bytes(len(wanted)))]) != wanted


@given(
    st.binary(min_size=1, max_size=40),
    st.integers(2, 5),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_any_of_as_many_as_it_takes_give_the_secret(
    secret: bytes, threshold: int, more: int, random: object
) -> None:
    drawn = random.randbytes(random_bytes(len(secret), threshold))  # type: ignore[attr-defined]
    shares = split(secret, threshold, threshold + more, drawn)
    assert [share.number for share in shares] == [*range(1, threshold + more + 1)]
    for some in combinations(shares, threshold):
        assert combine(some) == secret
        assert combine(some[::-1]) == secret


@pytest.mark.parametrize("secret", [0x00, 0x42, 0xFF])
def test_one_share_less_says_nothing_at_all(secret: int) -> None:
    """Over all random bytes, two shares of a 3 of 3 take every pair of values exactly once."""
    seen = set()
    for drawn in product(range(0, 256, 1), range(0, 256, 1)):
        first, second, _ = split(bytes([secret]), 3, 3, bytes(drawn))
        seen.add((first.value, second.value))
    assert len(seen) == 256 * 256


def test_one_share_of_two_is_as_likely_for_every_secret() -> None:
    for secret, number in ((0x00, 1), (0x42, 1), (0x42, 2)):
        values = {split(bytes([secret]), 2, 2, bytes([r]))[number - 1].value for r in range(256)}
        assert len(values) == 256


def test_the_field_is_that_of_aes() -> None:
    assert shamir._times(0x57, 0x83) == 0xC1  # FIPS 197, 4.2
    for a in range(1, 256):
        assert shamir._times(a, shamir._inverse(a)) == 1
    for a, b in pairwise(range(256)):
        assert shamir._times(a, b) == shamir._times(b, a)


@pytest.mark.parametrize(
    ("secret", "threshold", "count", "random"),
    [
        (b"", 2, 3, b""), (b"s", 1, 3, b""), (b"s", 0, 3, b""), (b"s", 4, 3, b"123"),
        (b"s", 2, 256, b"1"), (b"s", 2, 3, b""), (b"s", 2, 3, b"12"),
    ],
)  # fmt: skip
def test_what_cannot_be_split_is_refused(
    secret: bytes, threshold: int, count: int, random: bytes
) -> None:
    with pytest.raises(IdentityError):
        split(secret, threshold, count, random)


@pytest.mark.parametrize(
    "shares",
    [
        [], [Share(1, b"a")], [Share(1, b"a"), Share(1, b"b")], [Share(0, b"a"), Share(1, b"b")],
        [Share(1, b"a"), Share(256, b"b")], [Share(1, b"a"), Share(2, b"bc")],
    ],
)  # fmt: skip
def test_what_does_not_belong_together_is_refused(shares: list[Share]) -> None:
    with pytest.raises(IdentityError):
        combine(shares)


def test_a_share_does_not_print() -> None:
    assert "a7" not in repr(Share(1, b"\xa7\xa7"))
