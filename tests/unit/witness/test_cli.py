import stat
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teamchat.transparency import SignatureType, SignedNote, VerifierKey, open_checkpoint
from teamchat.transparency.encoding import encode_base64
from teamchat.witness import box, cli
from teamchat.witness.cli import main
from teamchat.witness.witness import Witness
from tests.support.clock import FakeClock
from tests.support.tlog import LOG_KEY, NOW, WITNESSES, StoredLog, log_of
from tests.support.witnessing import asked, two_stories

NAME = "witness.example/council"
ORIGIN = LOG_KEY.verifier.name


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def refusal(*arguments: object) -> str:
    """The one line that says why it is not done."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    line = result.stderr.removesuffix("\n")
    assert "\n" not in line
    assert line.startswith("teamchat-witness: ")
    assert line.endswith(".")
    return line


@pytest.fixture
def made(tmp_path: Path) -> Path:
    directory = tmp_path / "box"
    assert run("init", directory, "--name", NAME).exit_code == 0
    return directory


@pytest.fixture
def followed(made: Path) -> Path:
    assert run("follow", made, LOG_KEY.verifier.vkey).exit_code == 0
    return made


def show(directory: Path, *logs: StoredLog) -> None:
    with box.opened(directory) as opened:
        witness = Witness(opened, FakeClock(NOW))
        for log in logs:
            witness.add_checkpoint(asked(log, 0))


def test_init_prints_the_public_key_and_nothing_else(tmp_path: Path) -> None:
    result = run("init", tmp_path / "box", "--name", NAME)
    assert (result.exit_code, result.stderr) == (0, "")
    key = VerifierKey.parse(result.stdout.removesuffix("\n"))
    assert (key.name, key.type) == (NAME, SignatureType.COSIGNATURE_V1)


def test_the_directory_is_its_owners_alone(made: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
    assert modes == {"witness.key": 0o600, "witness.db": 0o600, "lock": 0o600}
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_init_never_replaces_a_witness(made: Path) -> None:
    before = (made / "witness.key").read_bytes()
    assert "not empty" in refusal("init", made, "--name", NAME)
    assert (made / "witness.key").read_bytes() == before


def test_follow_says_which_log(made: Path) -> None:
    assert run("follow", made, f" {LOG_KEY.verifier.vkey}\n").stdout == (
        f"This witness follows {ORIGIN}.\n"
    )
    assert run("follow", made, LOG_KEY.verifier.vkey).stdout == (
        f"This witness already follows {ORIGIN}.\n"
    )


@pytest.mark.parametrize(
    ("vkey", "says"),
    [
        ("", "copy all of it"),
        (LOG_KEY.verifier.vkey[:-1], "copy all of it"),
        (WITNESSES[0].verifier.vkey, "not for that of a witness"),
    ],
)
def test_follow_takes_the_key_of_a_log_only(made: Path, vkey: str, says: str) -> None:
    assert says in refusal("follow", made, vkey)
    assert "It follows no log" in run("status", made).stdout


def test_follow_waits_for_nobody(followed: Path) -> None:
    with box.opened(followed):
        assert "stop that one first" in refusal("follow", followed, LOG_KEY.verifier.vkey)


def test_status_says_size_root_and_when(followed: Path) -> None:
    assert run("status", followed).stdout.splitlines()[1] == (
        f"{ORIGIN}: nothing has been cosigned yet."
    )
    show(followed, log_of(5))
    result = run("status", followed)
    with box.looked_at(followed) as opened:
        vkey = opened.key.verifier.vkey
    assert result.exit_code == 0
    root = encode_base64(log_of(5).tree.head.root)
    when = "2026-09-21 at 14:13:20 UTC"
    assert result.stdout.splitlines() == [
        f"The witness {NAME} has the verifier key {vkey}",
        f"{ORIGIN}: 5 entries, root {root}, last cosigned on {when}.",
    ]


def test_status_counts_one_entry(followed: Path) -> None:
    show(followed, log_of(1))
    assert f"{ORIGIN}: 1 entry, root " in run("status", followed).stdout


def test_two_histories_are_an_alarm_with_evidence(followed: Path, tmp_path: Path) -> None:
    assert "no evidence" in refusal("evidence", followed, "--to", tmp_path / "proof")
    assert not (tmp_path / "proof").exists()
    one, other = two_stories(3, 5)
    show(followed, one, other)
    result = run("status", followed)
    assert result.exit_code == 1
    assert f"ALARM: {ORIGIN} has signed two histories." in result.stdout
    assert "teamchat-witness evidence" in result.stdout
    assert run("evidence", followed, "--to", tmp_path / "proof").exit_code == 0
    folder = tmp_path / "proof" / "1"
    log = VerifierKey.parse((folder / "log.vkey").read_text("utf-8").strip())
    seen = [
        open_checkpoint(SignedNote.decode((folder / name).read_bytes()), log).checkpoint.head
        for name in ("cosigned.txt", "other.txt")
    ]
    assert seen == [one.tree.head, other.tree.head]
    assert "cannot be used" in refusal("evidence", followed, "--to", tmp_path / "proof")


@pytest.mark.parametrize("command", ["status", "serve"])
def test_where_no_witness_is_there_is_none_afterwards(tmp_path: Path, command: str) -> None:
    assert "init" in refusal(command, tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_serve_wants_a_log_an_address_and_both_files(made: Path) -> None:
    assert "follows no log" in refusal("serve", made)
    assert "HOST:PORT" in refusal("serve", made, "--listen", "8425")
    assert "needs its key" in refusal("serve", made, "--tls-cert", made / "x.pem")
    files = ("--tls-cert", made / "x.pem", "--tls-key", made / "x.key")
    assert "cannot be used" in refusal("serve", made, *files)


def test_a_damaged_witness_signs_nothing_more(followed: Path) -> None:
    (followed / "witness.db").write_bytes(b"no database" * 500)
    for command in ("status", "serve"):
        assert "make a new one" in refusal(command, followed)
    (followed / "witness.db").unlink()
    for command in ("status", "serve"):
        assert "no longer knows what it has signed" in refusal(command, followed)


def test_a_key_that_others_read_is_not_used(followed: Path) -> None:
    (followed / "witness.key").chmod(0o644)
    assert "chmod 600" in refusal("serve", followed)


def test_a_file_in_the_way_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be used" in refusal("init", tmp_path / "file" / "box", "--name", NAME)


def test_the_command_is_installed_under_its_name() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    module, _, name = project["project"]["scripts"]["teamchat-witness"].partition(":")
    assert (module, getattr(cli, name)) == (cli.__name__, main)
