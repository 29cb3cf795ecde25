import asyncio
import time

import pytest

from teamchat.server.auth.passwords import (
    PasswordCost,
    PasswordRules,
    Passwords,
    Verdict,
    normalised,
)
from teamchat.wire.problems import Code, ProblemError

CHEAP = PasswordCost(passes=1, memory_kib=64)


async def test_the_right_password_is_right_and_no_other() -> None:
    passwords = Passwords(CHEAP, random=b"r" * 16)
    stored = await passwords.hash("correct horse")
    assert await passwords.verify(stored, "correct horse") == Verdict(right=True)
    assert await passwords.verify(stored, "correct horsf") == Verdict(right=False)
    assert stored.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    passwords.close()


async def test_nobody_has_no_password() -> None:
    passwords = Passwords(CHEAP, random=b"r" * 16)
    assert not (await passwords.verify(None, "")).right
    assert not (await passwords.verify("not a hash", "x")).right
    passwords.close()


async def test_other_parameters_ask_for_another_hash() -> None:
    old, new = (
        Passwords(CHEAP, random=b"r"),
        Passwords(PasswordCost(passes=2, memory_kib=64), random=b"r"),
    )
    stored = await old.hash("correct horse")
    assert await new.verify(stored, "correct horse") == Verdict(right=True, outdated=True)
    old.close()
    new.close()


async def test_a_password_is_the_same_on_every_keyboard() -> None:
    passwords = Passwords(CHEAP, random=b"r")
    stored = await passwords.hash("Schlüssel-Bund")
    assert (await passwords.verify(stored, "Schlu\u0308ssel-Bund")).right
    assert normalised("u\u0308") == "ü".encode()
    passwords.close()


async def test_an_unknown_user_costs_as_much_as_a_known_one() -> None:
    passwords = Passwords(PasswordCost(passes=3, memory_kib=8_192), random=b"r")
    stored = await passwords.hash("correct horse")

    async def seconds(hashed: str | None) -> float:
        best = 9.0
        for _ in range(5):
            started = time.process_time()
            await passwords.verify(hashed, "wrong")
            best = min(best, time.process_time() - started)
        return best

    known, unknown = await seconds(stored), await seconds(None)
    assert 0.5 < known / unknown < 2
    passwords.close()


async def test_too_many_at_once_are_refused() -> None:
    passwords = Passwords(CHEAP, random=b"r")
    results = await asyncio.gather(
        *(passwords.hash("correct horse") for _ in range(400)), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, ProblemError)]
    assert refused
    assert {problem.code for problem in refused} == {Code.OVERLOADED}
    assert await passwords.hash("afterwards")
    passwords.close()


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "alice.example"])
def test_what_is_no_password(password: str) -> None:
    with pytest.raises(ProblemError) as caught:
        PasswordRules(10).check(password, user_name="alice.example")
    assert caught.value.code is Code.INVALID
    assert password not in str(caught.value)


def test_what_is_a_password() -> None:
    PasswordRules(10).check("密码漢字かな交じり文章", user_name="alice")
