"""Every setting of the server, typed (config/server.example.toml explains each).

Read once, by `main` and `cli`: a TOML file, then the environment, where TEAMCHAT_SERVER_PORT
stands for `port` in `[server]`. What is unknown or out of range is refused, not ignored. The
rest of the server is handed the values it needs and never sees this module.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from teamchat.errors import TeamchatError
from teamchat.wire import limits

FILE_NAME: Final = "teamchat.toml"
"""What the settings file in a data directory is called."""

_PREFIX: Final = "TEAMCHAT_"

Count = Annotated[int, Meta(ge=1, le=10_000)]
Days = Annotated[int, Meta(ge=1, le=3650)]
Size = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Seconds = Annotated[float, Meta(gt=0, le=3600)]


class SettingsError(TeamchatError):
    """A setting cannot be used; the message names it. The operator's to mend."""


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the settings file."""


class ServerSettings(_Section, frozen=True):
    """Where the server listens and keeps its data."""

    data: str = "."
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8420
    public_url: str = ""
    trusted_proxies: list[str] = []
    drain_seconds: Seconds = 20.0


class TLSSettings(_Section, frozen=True):
    """The certificate that the server shows; both or neither."""

    certificate: str = ""
    key: str = ""


class PasswordSettings(_Section, frozen=True):
    """What a password must be and what hashing it costs (argon2id, RFC 9106)."""

    characters: Annotated[int, Meta(ge=8, le=128)] = 10
    passes: Count = 3
    memory_kib: Annotated[int, Meta(ge=8, le=4_194_304)] = 65_536
    lanes: Annotated[int, Meta(ge=1, le=64)] = 1
    at_once: Annotated[int, Meta(ge=1, le=64)] = 2


class SessionSettings(_Section, frozen=True):
    """How long a session lasts without being used."""

    idle_days: Days = 90


class InvitationSettings(_Section, frozen=True):
    """How long an invitation can be used."""

    days: Annotated[int, Meta(ge=1, le=90)] = 7


class BlobSettings(_Section, frozen=True):
    """How much ciphertext people may store."""

    bytes: Size = 100 * limits.MIB
    person_bytes: Size = 5 * 1024 * limits.MIB
    free_bytes: Size = 512 * limits.MIB


class LimitSettings(_Section, frozen=True):
    """Rates and times; the table of rates is in `auth.limits`."""

    rate_factor: Annotated[float, Meta(gt=0, le=1_000_000)] = 1.0
    body_seconds: Seconds = 20.0
    idle_seconds: Seconds = 75.0
    connections: Annotated[int, Meta(ge=1, le=1_000_000)] = 20_000


class MLSSettings(_Section, frozen=True):
    """Which cipher suites clients are told to use, the preferred one first."""

    suites: Annotated[list[int], Meta(min_length=1, max_length=16)] = msgspec.field(
        default_factory=lambda: [0xF00D, 0x0001, 0x0003]
    )


class Settings(_Section, frozen=True):
    """All of them."""

    server: ServerSettings = ServerSettings()
    tls: TLSSettings = TLSSettings()
    passwords: PasswordSettings = PasswordSettings()
    sessions: SessionSettings = SessionSettings()
    invitations: InvitationSettings = InvitationSettings()
    blobs: BlobSettings = BlobSettings()
    limits: LimitSettings = LimitSettings()
    mls: MLSSettings = MLSSettings()

    @property
    def data(self) -> Path:
        """The directory that holds the database and the blobs."""
        return Path(self.server.data)

    @property
    def url(self) -> str:
        """The address that people reach the server at, without a slash at its end."""
        scheme = "https" if self.tls.certificate else "http"
        host = f"[{self.server.host}]" if ":" in self.server.host else self.server.host
        return (self.server.public_url or f"{scheme}://{host}:{self.server.port}").rstrip("/")


def load(
    path: Path | None, environment: Mapping[str, str] | None = None, **given: object
) -> Settings:
    """Read the settings.

    Args:
        path: The TOML file; None for defaults alone. A relative path inside it starts there.
        environment: Overrides, `TEAMCHAT_<TABLE>_<NAME>`; this process's if None.
        **given: Overrides from the command line, `server_port=…`; None is none.

    Raises:
        SettingsError: A file cannot be read, or a setting is unknown, malformed or inconsistent.
    """
    tables = _tables(path)
    variables = os.environ if environment is None else environment
    overrides = {
        key.removeprefix(_PREFIX).lower(): value
        for key, value in variables.items()
        if key.startswith(_PREFIX)
    }
    _override(tables, overrides)
    _override(tables, {name: value for name, value in given.items() if value is not None})
    try:
        settings = msgspec.convert(tables, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}") from error
    return _checked(_anchored(settings, path))


def _tables(path: Path | None) -> dict[str, dict[str, object]]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from error


def _override(tables: dict[str, dict[str, object]], given: Mapping[str, object]) -> None:
    for table in Settings.__struct_fields__:
        for name, value in given.items():
            if name.startswith(f"{table}_"):
                section = tables.setdefault(table, {})
                section[name.removeprefix(f"{table}_")] = _split(table, name, value)


def _split(table: str, name: str, value: object) -> object:
    """Return a list where a setting is a list and the environment can only give a string."""
    lists = {"server_trusted_proxies", "mls_suites"}
    if not isinstance(value, str) or f"{table}_{name.removeprefix(f'{table}_')}" not in lists:
        return value
    words = [word.strip() for word in value.split(",") if word.strip()]
    return [int(word, 0) for word in words] if table == "mls" and _numbers(words) else words


def _numbers(words: list[str]) -> bool:
    try:
        return all(int(word, 0) >= 0 for word in words)
    except ValueError:
        return False


def _anchored(settings: Settings, path: Path | None) -> Settings:
    """Make relative paths of a file start at that file."""
    if path is None:
        return settings
    base = path.resolve().parent

    def anchor(written: str) -> str:
        return str(base / written) if written else ""

    return msgspec.structs.replace(
        settings,
        server=msgspec.structs.replace(settings.server, data=anchor(settings.server.data)),
        tls=TLSSettings(certificate=anchor(settings.tls.certificate), key=anchor(settings.tls.key)),
    )


def _checked(settings: Settings) -> Settings:
    if bool(settings.tls.certificate) != bool(settings.tls.key):
        raise SettingsError("[tls] wants both certificate and key, or neither")
    if settings.passwords.memory_kib < 8 * settings.passwords.lanes:
        raise SettingsError("[passwords] memory_kib must be at least 8 for each of lanes")
    for network in settings.server.trusted_proxies:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise SettingsError(f"[server] trusted_proxies: {network} is no network") from error
    if settings.server.public_url and not settings.server.public_url.startswith(
        ("https://", "http://")
    ):
        raise SettingsError("[server] public_url must begin with https:// or http://")
    return settings


def is_loopback(host: str) -> bool:
    """Tell whether a host to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_private_transport(settings: Settings) -> None:
    """Insist that no password crosses a network in the clear.

    Raises:
        SettingsError: Plain HTTP beyond this machine, without a declared proxy.
    """
    if settings.tls.certificate or is_loopback(settings.server.host):
        return
    if settings.server.trusted_proxies:
        return
    raise SettingsError(
        f"plain HTTP on {settings.server.host} would carry passwords in the clear: give "
        "--tls-cert and --tls-key (`teamchat-server tls init` makes them), listen on "
        "127.0.0.1, or name the proxy that speaks TLS in trusted_proxies"
    )
