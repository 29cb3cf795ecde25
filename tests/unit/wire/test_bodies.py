import msgspec
import pytest

from teamchat.wire import bodies

ID = "a" * 26


def test_an_unknown_field_of_a_request_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(
            b'{"secret": "0123456789abcdef", "sceret": 1}', type=bodies.InvitationSecret
        )


def test_an_unknown_field_of_an_answer_is_skipped() -> None:
    answer = msgspec.json.decode(b'{"left": 3, "later": true}', type=bodies.KeyPackageCount)
    assert answer.left == 3


@pytest.mark.parametrize(
    "body",
    [
        {"user_name": "Anna", "display_name": "Anna", "site": ID},
        {"user_name": "-anna", "display_name": "Anna", "site": ID},
        {"user_name": "anna", "display_name": "", "site": ID},
        {"user_name": "anna", "display_name": "Anna", "site": "../etc"},
        {"user_name": "anna", "display_name": "Anna", "site": ID, "roles": []},
        {"user_name": "anna", "display_name": "Anna", "site": ID, "roles": ["king"]},
        {"user_name": "anna", "display_name": "Anna", "site": ID, "language": "deutsch"},
    ],
)
def test_a_person_out_of_bounds_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, bodies.CreateUser)


def test_a_person_is_an_employee_unless_it_is_said() -> None:
    user = msgspec.convert(
        {"user_name": "anna", "display_name": "Anna", "site": ID}, bodies.CreateUser
    )
    assert user.roles == [bodies.Role.EMPLOYEE]
