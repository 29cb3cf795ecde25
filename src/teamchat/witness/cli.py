"""`teamchat-witness`: what an operator types. Exit codes: 0 done, 1 not done or alarm, 2 usage."""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

import teamchat
from teamchat.clock import SystemClock
from teamchat.errors import TeamchatError
from teamchat.transparency import FormatError, VerifierKey
from teamchat.transparency.encoding import encode_base64
from teamchat.witness import box, operator_log
from teamchat.witness.decision import Followed
from teamchat.witness.errors import WitnessError

DIRECTORY = click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
PEM = click.Path(dir_okay=False, path_type=Path)


@click.group()
@click.version_option(teamchat.__version__, prog_name="teamchat-witness")
def main() -> None:
    """Watch that the logs of a teamchat server only grow, and sign that they do.

    Run it on a machine that the server's operators do not control.
    """


@main.command()
@DIRECTORY
@click.option("--name", required=True, help="Its name, like witness.example/council.")
def init(*, directory: Path, name: str) -> None:
    """Make a witness in an empty directory and print its verifier key.

    Give that key to whoever sets up the clients, on a way that the server does not control.
    """
    with _said():
        key = box.make(directory, name)
    click.echo(key.vkey)


@main.command()
@DIRECTORY
@click.argument("vkey")
def follow(*, directory: Path, vkey: str) -> None:
    """Cosign a log from now on, known by its verifier key."""
    with _said():
        key = _log_key(vkey)
        with box.opened(directory) as opened:
            new = opened.ledger.follow(key)
    words = "follows" if new else "already follows"
    click.echo(f"This witness {words} {key.name}.")


@main.command()
@DIRECTORY
@click.option("--listen", default="127.0.0.1:8425", show_default=True, metavar="HOST:PORT")
@click.option("--tls-cert", type=PEM, help="Certificate chain (PEM).")
@click.option("--tls-key", type=PEM, help="Its private key (PEM).")
def serve(*, directory: Path, listen: str, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Answer logs until SIGTERM."""
    from teamchat.witness.serving import Address, tls_context
    from teamchat.witness.serving import serve as serve_until_stopped
    from teamchat.witness.witness import Witness

    clock = SystemClock()
    with _said():
        address = Address.parse(listen)
        if (tls_cert is None) != (tls_key is None):
            raise WitnessError("A certificate needs its key: give --tls-cert and --tls-key.")
        tls = None if tls_cert is None or tls_key is None else tls_context(tls_cert, tls_key)
        with box.opened(directory) as opened:
            name, count = opened.key.verifier.name, len(opened.ledger.followed())
            if not count:
                raise WitnessError(
                    f"This witness follows no log: add one with teamchat-witness follow {directory}"
                    " and the verifier key of the log."
                )
            witness = Witness(opened, clock)

            def ready(url: str) -> None:
                logs = "1 log" if count == 1 else f"{count} logs"
                click.echo(f"{name} follows {logs} and listens on {url}", err=True)

            operator_log.start(clock)
            asyncio.run(serve_until_stopped(witness, address, tls, ready))


@main.command()
@DIRECTORY
def status(*, directory: Path) -> None:
    """Say what was cosigned last; exit 1 if a log has signed two histories."""
    with _said(), box.looked_at(directory) as opened:
        key, followed = opened.key.verifier, opened.ledger.followed()
    click.echo(f"The witness {key.name} has the verifier key {key.vkey}")
    for each in followed:
        click.echo(_state(each))
        if each.fork:
            click.echo(f"ALARM: {each.policy.log.name} has signed two histories.")
    if not followed:
        click.echo("It follows no log: add one with teamchat-witness follow.")
    if any(each.fork for each in followed):
        click.echo("Keep the proof with teamchat-witness evidence, then ask whoever runs the log.")
        sys.exit(1)


@main.command()
@DIRECTORY
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The directory to write to; it must not exist.",
)
def evidence(*, directory: Path, to: Path) -> None:
    """Write the proofs that a log has signed two histories: two signed checkpoints for each."""
    with _said():
        with box.looked_at(directory) as opened:
            guilty = [each for each in opened.ledger.followed() if each.fork]
        if not guilty:
            raise WitnessError("No log has shown this witness two histories: there is no evidence.")
        to.mkdir(parents=True)
        for number, each in enumerate(guilty, 1):
            _write_evidence(to / str(number), each)
    click.echo(f"{to} has what convicts {', '.join(each.policy.log.name for each in guilty)}.")


# --- the steps ---------------------------------------------------------------------------------


@contextmanager
def _said() -> Iterator[None]:
    """Do it, or say in one line why not."""
    try:
        yield
    except TeamchatError as error:
        _fail(str(error))
    except PermissionError as error:
        _fail(f"Not allowed to touch {error.filename}: run this as the user whose witness it is.")
    except OSError as error:
        _fail(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")
    except sqlite3.Error as error:
        _fail(f"The witness cannot store anything ({error}): look whether the disk is full.")


def _fail(words: str) -> NoReturn:
    click.echo(f"teamchat-witness: {words}", err=True)
    sys.exit(1)


def _log_key(vkey: str) -> VerifierKey:
    try:
        return VerifierKey.parse(vkey.strip())
    except FormatError:
        raise WitnessError(
            "This is not the verifier key of a log: copy all of it, name+number+letters."
        ) from None


def _state(followed: Followed) -> str:
    origin, head = followed.policy.log.name, followed.head
    if followed.newest is None:
        return f"{origin}: nothing has been cosigned yet."
    when = datetime.fromtimestamp(followed.time, UTC)
    entries = "1 entry" if head.size == 1 else f"{head.size} entries"
    return (
        f"{origin}: {entries}, root {encode_base64(head.root)}, "
        f"last cosigned on {when:%Y-%m-%d at %H:%M:%S} UTC."
    )


def _write_evidence(folder: Path, followed: Followed) -> None:
    fork = followed.fork
    if fork is None:
        return
    folder.mkdir()
    (folder / "log.vkey").write_text(f"{followed.policy.log.vkey}\n", encoding="utf-8")
    (folder / "cosigned.txt").write_bytes(fork.ours.encode())
    (folder / "other.txt").write_bytes(fork.theirs.encode())


if __name__ == "__main__":
    main()
