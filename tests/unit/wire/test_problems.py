import msgspec
import pytest

from teamchat.wire.problems import Code, Problem, ProblemError, code_of


@pytest.mark.parametrize("code", Code)
def test_a_code_is_found_by_its_slug(code: Code) -> None:
    assert code_of(code.slug) is code
    assert 400 <= code.status < 600
    assert code.title


def test_a_code_of_a_newer_server_is_unknown() -> None:
    assert code_of("not-yet-invented") is None


def test_a_problem_travels_as_rfc_9457_says() -> None:
    error = ProblemError(Code.TOO_MANY_REQUESTS, "Wait a little.", retry_after=7)
    body = msgspec.json.decode(msgspec.json.encode(error.body()))
    assert body == {
        "type": "urn:teamchat:problem:too-many-requests",
        "title": "Too many requests",
        "status": 429,
        "code": "too-many-requests",
        "detail": "Wait a little.",
        "retry_after": 7,
    }
    assert msgspec.convert(body, Problem) == error.body()
    assert str(error) == "too-many-requests: Wait a little."


def test_no_two_codes_share_a_name_by_accident() -> None:
    assert len({code.slug for code in Code}) == len(Code.__members__)
