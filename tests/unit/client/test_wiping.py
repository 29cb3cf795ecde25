"""A profile that was to be erased is gone, wherever the process died."""

from pathlib import Path

import pytest

from teamchat.client import wiping
from teamchat.client.errors import WipedError
from teamchat.client.settings import LANGUAGE, STORE, VAULT, WIPED, WIPING, spoken_language

ALL = (STORE, f"{STORE}-wal", f"{STORE}-shm", VAULT, f"{VAULT}.new", LANGUAGE, "a.part")
WHY = WipedError("error-wiped-by-owner", "2026-11-21")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    for name in ALL:
        (tmp_path / name).write_bytes(b"secret")
    (tmp_path / "not ours").write_bytes(b"kept")
    return tmp_path


def left(profile: Path) -> list[str]:
    return sorted(each.name for each in profile.iterdir())


def test_nothing_of_the_profile_is_left(profile: Path) -> None:
    wiping.wipe(profile, WHY)
    assert left(profile) == sorted([LANGUAGE, "not ours", WIPED])


def test_it_is_said_again_until_somebody_has_entered(profile: Path) -> None:
    (profile / LANGUAGE).write_text("de")
    wiping.wipe(profile, WHY)
    for _ in range(2):
        with pytest.raises(WipedError) as caught:
            wiping.resume(profile)
        assert (caught.value.key, caught.value.arguments) == (WHY.key, WHY.arguments)
    assert spoken_language(profile) == "de"
    (profile / STORE).write_bytes(b"of somebody who has entered")
    wiping.resume(profile)
    wiping.erase(profile)
    wiping.resume(profile)
    assert left(profile) == ["not ours"]


@pytest.mark.parametrize("survived", range(14))
def test_a_wipe_that_broke_off_is_gone_on_with(
    profile: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    unlink, done = Path.unlink, 0

    def die(path: Path, missing_ok: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is
        nonlocal done
        done += 1
        if done > survived:
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", die)
        try:
            wiping.wipe(profile, WHY)
        except KeyboardInterrupt:
            broken_off = True
        else:
            broken_off = False
    if broken_off and (profile / WIPING).exists():
        with pytest.raises(WipedError) as caught:
            wiping.resume(profile)
        assert (caught.value.key, caught.value.arguments) == (WHY.key, WHY.arguments)
    assert left(profile) == sorted([LANGUAGE, "not ours", WIPED])


@pytest.mark.parametrize("mark", [b"", b"{", b"[]", b'{"key":"error-offline","day":"x"}', b"\xff"])
def test_a_mark_that_says_nothing_erases_all_the_same(profile: Path, mark: bytes) -> None:
    (profile / WIPING).write_bytes(mark)
    with pytest.raises(WipedError) as caught:
        wiping.resume(profile)
    assert caught.value.key == "error-wiped-by-company"
    assert left(profile) == sorted([LANGUAGE, "not ours", WIPED])


def test_a_profile_that_is_not_there_is_not_erased(tmp_path: Path) -> None:
    wiping.resume(tmp_path / "nowhere")
    wiping.erase(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
