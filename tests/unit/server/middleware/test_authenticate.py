import ipaddress

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from teamchat.server.middleware.authenticate import caller

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))


class _Transport:
    """Just enough of a transport to say who is at its other end."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._peer, 1234) if name == "peername" else default

    def is_closing(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1, 10.2.2.2", "198.51.100.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("10.1.1.1", "198.51.100.1:50412", "198.51.100.1"),
        ("10.1.1.1", "[2001:db8::1]:443, 10.2.2.2:80", "2001:db8::1"),
        ("10.1.1.1", "[2001:db8::1]", "2001:db8::1"),
        ("::ffff:10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1, ::ffff:10.2.2.2", "198.51.100.1"),
        ("10.1.1.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("::ffff:192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("fe80::1%eth0", None, "fe80::1"),
    ],
)
def test_only_declared_proxies_are_believed(peer: str, forwarded: str | None, address: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers, transport=_Transport(peer))
    assert caller(request, PROXIES) == address


@pytest.mark.parametrize(
    "garbage",
    [
        "nonsense",
        "unknown",
        "_hidden",
        "198.51.100.1, ",
        ",",
        "198.51.100",
        "198.51.100.01",
        "198.51.100.1:",
        "198.51.100.1:70000",
        "198.51.100.1:443:443",
        "[198.51.100.1",
        "[2001:db8::1]443",
        "[2001:db8::1]:70000",
        "2001:db8::1%evil",
        "[2001:db8::1%evil]",
        "\N{FULLWIDTH DIGIT ONE}98.51.100.1",
        "198.51.100.1;203.0.113.5",
        "x" * 5_000,
    ],
)
def test_garbage_is_the_proxy_itself_and_never_a_name_of_ones_own(garbage: str) -> None:
    request = make_mocked_request(
        "GET", "/", headers={"X-Forwarded-For": garbage}, transport=_Transport("10.1.1.1")
    )
    assert caller(request, PROXIES) == "10.1.1.1"


@given(st.lists(st.text(max_size=40), max_size=6))
def test_whatever_a_stranger_writes_before_the_proxy_adds_them_counts_for_nothing(
    written: list[str],
) -> None:
    forwarded = ",".join([*written, "198.51.100.1"])
    request = make_mocked_request(
        "GET", "/", headers={"X-Forwarded-For": forwarded}, transport=_Transport("10.1.1.1")
    )
    assert caller(request, PROXIES) == "198.51.100.1"


def test_several_headers_are_one_list() -> None:
    headers = CIMultiDict(
        [("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-For", "198.51.100.1, 10.2.2.2")]
    )
    request = make_mocked_request("GET", "/", headers=headers, transport=_Transport("10.1.1.1"))
    assert caller(request, PROXIES) == "198.51.100.1"


def test_a_caller_without_an_address_has_none() -> None:
    request = make_mocked_request("GET", "/", transport=_Transport(""))
    assert caller(request, PROXIES) == ""
