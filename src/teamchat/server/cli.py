"""`teamchat-server`: what an operator types. Exit codes: 0 done, 1 not done, 2 wrong usage."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn, TypeVar

import click
import msgspec
from sqlalchemy.exc import DBAPIError

import teamchat
from teamchat.clock import SystemClock
from teamchat.errors import TeamchatError
from teamchat.i18n import DEFAULT, LANGUAGES
from teamchat.server import backup as backups
from teamchat.server import doctor as examination
from teamchat.server import hang_ups, logs, reach, settings_file, tls
from teamchat.server.composition import DATABASE, composed
from teamchat.server.findings import State
from teamchat.server.main import serve as serve_until_stopped
from teamchat.server.plan import planned
from teamchat.server.services.founding import Founded, Plan
from teamchat.server.settings import FILE_NAME, Settings, load, require_private_transport
from teamchat.server.settings_values import SettingsError
from teamchat.wire.bodies import Invitation

F = TypeVar("F", bound=Callable[..., object])

_SITE: Final = "Head office=UTC"


@click.group()
@click.version_option(teamchat.__version__, prog_name="teamchat-server")
def main() -> None:
    """Run a teamchat server.

    Settings come from teamchat.toml in the data directory, then from TEAMCHAT_<TABLE>_<NAME>
    in the environment, then from the command line.
    """


def located(command: F) -> F:
    """Add the options that say where an installation is."""
    data = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Data directory; it holds the database, the files and teamchat.toml. If it is not "
        "given, TEAMCHAT_SERVER_DATA in the environment, else the directory you are in.",
    )
    config = click.option(
        "--config",
        type=click.Path(dir_okay=False, exists=True, path_type=Path),
        help="Settings file, if it is not teamchat.toml in the data directory.",
    )
    return data(config(command))


@main.command()
@located
@click.option("--organisation", required=True, help="Name of the organisation.")
@click.option(
    "--site",
    "sites",
    multiple=True,
    default=(_SITE,),
    show_default=True,
    metavar="NAME=ZONE",
    help="A site and its IANA time zone; the first is the administrator's.",
)
@click.option("--admin", required=True, help="User name of the first administrator.")
@click.option("--admin-name", help="Their name as colleagues see it; the user name if not given.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=DEFAULT,
    show_default=True,
    help="Their language.",
)
@click.option(
    "--public-url",
    help="The address people use; goes into links and teamchat.toml, and its port with it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def init(  # noqa: PLR0913 - one parameter for each option
    *,
    data: Path | None,
    config: Path | None,
    organisation: str,
    sites: tuple[str, ...],
    admin: str,
    admin_name: str | None,
    language: str,
    public_url: str | None,
    as_json: bool,
) -> None:
    """Found the organisation and print the link by which its first administrator enters."""
    settings = _settings(data, config, server_public_url=public_url)
    _run(lambda: settings_file.check(settings, public_url=public_url))
    plan = _run(
        lambda: planned(
            organisation=organisation,
            sites=sites,
            admin=admin,
            admin_name=admin_name,
            language=language,
        )
    )
    if data is None:
        click.echo(f"Without --data the server is founded in {settings.data}.", err=True)
    founded = _run(lambda: asyncio.run(_found(settings, plan)))
    settings_file.keep(settings)
    if as_json:
        click.echo(msgspec.json.encode(founded).decode())
    else:
        _print_founded(founded, settings)


@main.command()
@located
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Certificate chain (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key (PEM).")
def serve(
    *,
    data: Path | None,
    config: Path | None,
    host: str | None,
    port: int | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Serve until SIGTERM; then let everybody finish."""
    hang_ups.remember()
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together: give both.")
    settings = _settings(
        data,
        config,
        server_host=host,
        server_port=port,
        tls_certificate=None if tls_cert is None else str(tls_cert.resolve()),
        tls_key=None if tls_key is None else str(tls_key.resolve()),
    )
    _require_installation(settings)
    clock = SystemClock()
    logs.start(clock)

    def ready(listens_on: str) -> None:
        click.echo(f"teamchat {teamchat.__version__} listens on {listens_on}", err=True)
        why = reach.unreachable(settings)
        if why:
            click.echo(f"Warning: {why}", err=True)
        elif settings.server.public_url and settings.url != listens_on:
            click.echo(f"People reach it at {settings.url}", err=True)

    _run(lambda: asyncio.run(serve_until_stopped(settings, clock=clock, ready=ready)))


@main.command()
@located
def migrate(*, data: Path | None, config: Path | None) -> None:
    """Bring the database to the schema of this version; `serve` does so too when it starts."""
    settings = _settings(data, config)
    _require_installation(settings)
    _run(lambda: asyncio.run(_migrate(settings)))
    click.echo("The database has the schema of this version.")


@main.command()
@located
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def doctor(*, data: Path | None, config: Path | None, as_json: bool) -> None:
    """Say what is wrong with this installation; exit 1 if something is."""
    settings = _settings(data, config)
    _require_directory(settings)
    findings = examination.examine(settings, clock=SystemClock())
    for finding in findings:
        if as_json:
            line = {"subject": finding.subject, "state": finding.state, "words": finding.words}
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            click.echo(f"{finding.state.value:<8} {finding.subject:<13} {finding.words}")
    if any(finding.state is State.FAILED for finding in findings):
        sys.exit(1)


@main.command()
@located
@click.argument("user")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def invite(*, data: Path | None, config: Path | None, user: str, as_json: bool) -> None:
    """Invite somebody anew who has lost their password, an owner for one.

    For when nobody is left who can do it in teamchat. The server must be stopped.
    """
    settings = _settings(data, config)
    _require_installation(settings)
    invitation = _run(lambda: asyncio.run(_invite(settings, user.strip().lower())))
    if as_json:
        click.echo(msgspec.json.encode(invitation).decode())
        return
    click.echo(f"{user} enters with this link, in a browser or with `teamchat join`:")
    click.echo("")
    click.echo(f"  {invitation.link}")
    click.echo("")
    click.echo(f"It works once, for {settings.invitations.days} days, and is shown this once; who")
    click.echo("uses it sets the password, and every session of the account ends.")


@main.command()
@located
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write; it must not exist.",
)
def backup(*, data: Path | None, config: Path | None, to: Path) -> None:
    """Write the database and the encrypted files into one file; the server may run."""
    settings = _settings(data, config)
    made = _run(lambda: backups.create(settings.data, to, clock=SystemClock()))
    click.echo(f"{to}: {made.size} bytes, {made.blobs} files, SHA-256 {made.sha256}")


@main.command()
@located
@click.option(
    "--from",
    "source",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    required=True,
    help="A file that `backup` wrote.",
)
def restore(*, data: Path | None, config: Path | None, source: Path) -> None:
    """Put a backup in the place of what is there, which is kept; the server must be stopped."""
    settings = _settings(data, config)
    marked, aside = _run(lambda: backups.restore(settings.data, source, clock=SystemClock()))
    click.echo(f"{settings.data} is as it was backed up. Devices will read {marked.logs} logs anew")
    click.echo(f"and fill their stocks of key packages; {marked.invitations} open invitations end.")
    if aside is not None:
        click.echo(f"What was there is in {aside}; delete it when all is well.")
    click.echo("The key directory begins anew when the server starts, and names the one before.")
    click.echo("Sessions and accounts that were ended since the backup are open again: end them.")
    click.echo(f"Settings are not in a backup: {_about_settings(settings.data / FILE_NAME)}.")


@main.group("tls")
def tls_commands() -> None:
    """Certificates for those without an authority of their own."""


@tls_commands.command("init")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where certificates and keys go.",
)
@click.option("--host", "hosts", multiple=True, required=True, help="Name or address; repeatable.")
@click.option("--organisation", default="teamchat", show_default=True)
def tls_init(*, directory: Path, hosts: tuple[str, ...], organisation: str) -> None:
    """Make a private authority and a server certificate; never replace a file."""
    files = _run(
        lambda: tls.make(directory, names=hosts, organisation=organisation, now=SystemClock().now())
    )
    click.echo(f"Authority    {files.authority}   give this to the clients (--ca-file)")
    click.echo(f"Its key      {files.authority_key}   keep this away from the server")
    click.echo(f"Certificate  {files.certificate}")
    click.echo(f"Its key      {files.key}")
    click.echo(
        f"Serve with   teamchat-server serve --tls-cert {files.certificate} --tls-key {files.key}"
    )


# --- the steps ---------------------------------------------------------------------------------

T = TypeVar("T")


def _run(work: Callable[[], T]) -> T:
    """Do it, or say in one line why not."""
    try:
        return work()
    except TeamchatError as error:
        _fail(str(error))
    except DBAPIError as error:
        _fail(f"the database failed ({error.orig}); teamchat-server doctor says more")
    except PermissionError as error:
        _fail(f"not allowed to touch {error.filename}")
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror}")


def _fail(words: str) -> NoReturn:
    click.echo(f"teamchat-server: {words}", err=True)
    sys.exit(1)


def _settings(data: Path | None, config: Path | None, **given: object) -> Settings:
    """Read the settings of the installation that is meant."""
    directory = data or Path(os.environ.get("TEAMCHAT_SERVER_DATA", "."))
    usual = directory / FILE_NAME
    path = config or (usual if usual.exists() else None)
    where = str(directory.resolve()) if data is not None or path is None else None
    return _run(lambda: load(path, None, server_data=where, **given))


async def _found(settings: Settings, plan: Plan) -> Founded:
    async with composed(settings, clock=SystemClock(), random=os.urandom) as parts:
        return await parts.found(plan)


async def _invite(settings: Settings, user: str) -> Invitation:
    async with composed(settings, clock=SystemClock(), random=os.urandom) as parts:
        return await parts.services.invitations.invite_from_console(user)


async def _migrate(settings: Settings) -> None:
    async with composed(settings, clock=SystemClock(), random=os.urandom):
        pass


def _require_installation(settings: Settings) -> None:
    """Refuse a directory that `init` has not seen: it may be mistyped, and is left as it is."""
    _require_directory(settings)
    if not (settings.data / DATABASE).exists():
        _fail(f"there is no {DATABASE} in {settings.data}; run teamchat-server init")


def _require_directory(settings: Settings) -> None:
    if not settings.data.is_dir():
        _fail(f"there is no directory {settings.data}; is --data right?")


def _about_settings(path: Path) -> str:
    if path.exists():
        return f"{path} is as it was"
    return f"there is no {path}, copy your own there before you serve, its certificate too"


def _print_founded(founded: Founded, settings: Settings) -> None:
    click.echo(f"{founded.organisation} has its server in {settings.data}.")
    click.echo(f"Its first administrator is {founded.admin.user_name}, who enters, once the server")
    click.echo("runs, with this link, in a browser or with `teamchat join`:")
    click.echo("")
    click.echo(f"  {founded.invitation.link}")
    click.echo("")
    click.echo(f"It works once, for {settings.invitations.days} days, and is shown this once.")
    try:
        require_private_transport(settings)
    except SettingsError as error:
        click.echo(f"First: {error}.")
    click.echo(f"Next: teamchat-server serve --data {settings.data}")


if __name__ == "__main__":
    main()
