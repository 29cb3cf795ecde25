"""Which servers are talked to, and what an answer that is none becomes."""

import msgspec
import pytest

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, OfflineError, RefusedError, ServerAddress, _seconds, refusal
from teamchat.wire.problems import Code, ProblemError


@pytest.mark.parametrize(
    "url", ["https://chat.example", "https://chat.example:8443/", "http://localhost:8080"]
)
def test_addresses_that_are_taken(url: str) -> None:
    assert ServerAddress(url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://chat.example",
        "ftp://chat.example",
        "chat.example",
        "https://",
        "",
        "https://localhost:abc",
        "https://localhost:0",
        "https://[::1",
        "https://chat.example/chat",
        "https://chat.example/?a=b",
        "https://anna@chat.example",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(AccountError, match="error-server-address"):
        ServerAddress(url)


def test_an_invitation_is_no_address() -> None:
    with pytest.raises(AccountError, match="error-address-of-invitation"):
        ServerAddress("https://chat.example/join")


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("", None),
        ("yesterday", None),
        ("Sun, 06 Nov 99999 08:49:37 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -9999", None),
    ],
)
def test_the_time_of_a_server_is_read_or_not_known(date: str, seconds: int | None) -> None:
    assert _seconds(date) == seconds


def test_a_ca_file_that_is_not_there_is_said() -> None:
    with pytest.raises(AccountError, match="error-ca-file"):
        ServerAddress("https://chat.example", "/nowhere/ca.pem").context()


def test_a_problem_is_a_refusal() -> None:
    problem = ProblemError(Code.CONFLICT, "there already", retry_after=3).body()
    error = refusal(409, msgspec.json.encode(problem))
    assert isinstance(error, RefusedError)
    assert (error.code, error.retry_after) == (Code.CONFLICT, 3)


def test_a_problem_of_a_newer_server_is_still_one() -> None:
    body = {"type": "x", "title": "x", "status": 418, "code": "teapot"}
    error = refusal(418, msgspec.json.encode(body))
    assert isinstance(error, RefusedError)
    assert error.code is Code.INVALID


def test_an_answer_of_something_else_is_no_answer() -> None:
    assert isinstance(refusal(502, b"<html>Bad gateway</html>"), OfflineError)


async def test_what_asks_after_the_end_opens_nothing() -> None:
    http = Http(ServerAddress("http://127.0.0.1:9", ""))
    await http.close()
    with pytest.raises(OfflineError):
        await http.fetch("GET", "/server")
    assert http._session is None
