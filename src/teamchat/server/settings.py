"""Every setting of the server, typed (config/server.example.toml explains each).

Read once, by `main` and `cli`: a TOML file, then the environment, where TEAMCHAT_SERVER_PORT
stands for `port` in `[server]`. What is unknown or out of range is refused, not ignored. The
rest of the server is handed the values it needs and never sees this module.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from teamchat.mls.crypto.suites import SUITES
from teamchat.server.settings_values import (
    SettingsError,
    of_file,
    of_options,
    of_variables,
    refusal,
    tables_of,
)
from teamchat.transparency import SignatureType, TransparencyError, VerifierKey
from teamchat.wire import limits

FILE_NAME: Final = "teamchat.toml"
"""What the settings file in a data directory is called."""

_PREFIX: Final = "TEAMCHAT_"

_LEAST_MEMORY_KIB: Final = {1: 47_104, 2: 19_456}
"""By passes, the least memory of a password's hash (OWASP's minimum for argon2id)."""

_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_PUBLIC_HOST: Final = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)+[a-z]{{2,63}}")
_CONTACT: Final = re.compile(r"mailto:[!-?A-~]+@[!-?A-~]+|https://[!-~]+")

Count = Annotated[int, Meta(ge=1, le=10_000)]
Days = Annotated[int, Meta(ge=1, le=3650)]
Size = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Seconds = Annotated[float, Meta(gt=0, le=3600)]


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
    weak_for_tests: bool = False
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


class HistorySettings(_Section, frozen=True):
    """How much encrypted history one person may keep here, and how long what nobody takes in.

    `days` is for what a new device has asked for, `gift_days` for what was given to new members.
    """

    person_bytes: Size = 4 * 1024 * limits.MIB
    days: Annotated[int, Meta(ge=1, le=365)] = 7
    gift_days: Annotated[int, Meta(ge=1, le=365)] = 30


class LimitSettings(_Section, frozen=True):
    """Rates and times; the table of rates is in `auth.limits`."""

    rate_factor: Annotated[float, Meta(gt=0, le=1_000_000)] = 1.0
    body_seconds: Seconds = 20.0
    idle_seconds: Seconds = 75.0
    connections: Annotated[int, Meta(ge=1, le=1_000_000)] = 20_000
    devices: Annotated[int, Meta(ge=1, le=1_000)] = 10


class PolicySettings(_Section, frozen=True):
    """What the organisation has decided for its people; clients are told (`wire.policy`)."""

    linking_needs_admin: bool = False
    history_for_new_devices: Annotated[str, Meta(pattern=r"^(all|none|[1-9][0-9]{0,4})$(?!\n)")] = (
        "all"
    )
    """Everything, nothing, or what is not older than so many days."""
    history_backup: bool = False
    identity_reset_delay_hours: Annotated[int, Meta(ge=0, le=720)] = 24
    """How long somebody who has lost their recovery key, but has devices, waits for another."""


class CustodySettings(_Section, frozen=True):
    """How long it takes until custodians open something, and how long they can."""

    delay_hours: Annotated[int, Meta(ge=0, le=720)] = 24
    days: Annotated[int, Meta(ge=1, le=60)] = 14


class MLSSettings(_Section, frozen=True):
    """Which cipher suites clients are told to use, the preferred one first."""

    suites: Annotated[list[int], Meta(min_length=1, max_length=16)] = msgspec.field(
        default_factory=lambda: [0xF00D, 0x0001, 0x0003]
    )


class WitnessSettings(_Section, frozen=True):
    """A witness: the address below which it takes checkpoints, and its key (a vkey line)."""

    url: Annotated[str, Meta(max_length=500)]
    key: Annotated[str, Meta(max_length=500)]


class KeyLogSettings(_Section, frozen=True):
    """Who is asked to cosign the key directory."""

    witnesses: Annotated[list[WitnessSettings], Meta(max_length=16)] = []


class PushSettings(_Section, frozen=True):
    """Which push services of browsers are called to wake devices; none without a contact."""

    contact: Annotated[str, Meta(max_length=200)] = ""
    hosts: Annotated[list[str], Meta(max_length=64)] = msgspec.field(
        default_factory=lambda: [
            "fcm.googleapis.com",
            "updates.push.services.mozilla.com",
            "web.push.apple.com",
            "*.notify.windows.com",
        ]
    )
    private_hosts: Annotated[list[str], Meta(max_length=64)] = []


class Settings(_Section, frozen=True):
    """All of them."""

    server: ServerSettings = ServerSettings()
    tls: TLSSettings = TLSSettings()
    passwords: PasswordSettings = PasswordSettings()
    sessions: SessionSettings = SessionSettings()
    invitations: InvitationSettings = InvitationSettings()
    blobs: BlobSettings = BlobSettings()
    history: HistorySettings = HistorySettings()
    limits: LimitSettings = LimitSettings()
    policy: PolicySettings = PolicySettings()
    custody: CustodySettings = CustodySettings()
    mls: MLSSettings = MLSSettings()
    key_log: KeyLogSettings = KeyLogSettings()
    push: PushSettings = PushSettings()

    @property
    def data(self) -> Path:
        """The directory that holds the database and the blobs."""
        return Path(self.server.data)

    @property
    def url(self) -> str:
        """The address that people reach the server at, without a slash at its end."""
        return (self.server.public_url or self.listens_on).rstrip("/")

    @property
    def listens_on(self) -> str:
        """What the server speaks and where, whatever people are told."""
        scheme = "https" if self.tls.certificate else "http"
        host = f"[{self.server.host}]" if ":" in self.server.host else self.server.host
        return f"{scheme}://{host}:{self.server.port}"


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
    tables = Settings.__struct_fields__
    given_all = [
        *of_file(_parsed(path), source=str(path), known=tables),
        *of_variables(
            os.environ if environment is None else environment, prefix=_PREFIX, known=tables
        ),
        *of_options(given, known=tables),
    ]
    settings = msgspec.convert(tables_of(given_all, Settings), Settings)
    _check(settings, "the settings" if path is None else str(path))
    return _anchored(settings, path)


def _parsed(path: Path | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from error


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


def _check(settings: Settings, source: str) -> None:
    """Insist on what no single value shows."""
    if bool(settings.tls.certificate) != bool(settings.tls.key):
        raise SettingsError(f"{source}: [tls] wants both certificate and key, or neither")
    passwords = settings.passwords
    if passwords.memory_kib < 8 * passwords.lanes:
        raise refusal(
            f"{source}: memory_kib in [passwords]",
            passwords.memory_kib,
            f"at least 8 for each of the lanes, {8 * passwords.lanes} for {passwords.lanes}",
        )
    least = least_memory_kib(passwords.passes)
    if passwords.memory_kib < least and not passwords.weak_for_tests:
        raise refusal(
            f"{source}: memory_kib in [passwords]",
            passwords.memory_kib,
            f"at least {least} with passes = {passwords.passes}: a stolen database with cheaper "
            "hashes gives its passwords away",
        )
    suites = settings.mls.suites
    if len(set(suites)) != len(suites) or not set(suites) <= set(SUITES):
        known = " and ".join(f"0x{suite:04X}" for suite in SUITES)
        raise refusal(f"{source}: suites in [mls]", suites, f"each of {known} at most once")
    if settings.custody.delay_hours >= 24 * settings.custody.days:
        raise SettingsError(f"{source}: delay_hours in [custody] must be over before its days are")
    _check_witnesses(settings.key_log.witnesses, source)
    _check_push(settings.push, source)
    for network in settings.server.trusted_proxies:
        _check_network(network, source)
    if settings.server.public_url:
        _check_public_url(settings.server.public_url, source)


def _check_witnesses(witnesses: list[WitnessSettings], source: str) -> None:
    place = f"{source}: a witness in [key_log]"
    keys = []
    for each in witnesses:
        try:
            keys.append(VerifierKey.parse(each.key))
        except TransparencyError:
            raise refusal(place, each.key, "the line that `teamchat-witness` prints") from None
        if keys[-1].type is not SignatureType.COSIGNATURE_V1:
            raise refusal(place, each.key, "the key of a witness, not of a log")
        if not _is_address(each.url):
            raise refusal(place, each.url, "an address such as https://witness.example")
    if len({key.name for key in keys} | {key.public for key in keys}) != 2 * len(keys):
        raise SettingsError(f"{place} is there twice; name each once, under one name")


def _check_push(push: PushSettings, source: str) -> None:
    if push.contact and not _CONTACT.fullmatch(push.contact):
        raise refusal(
            f"{source}: contact in [push]",
            push.contact,
            "mailto: and an address, or an address that begins with https://",
        )
    for name, written in (("hosts", push.hosts), ("private_hosts", push.private_hosts)):
        allowed = _PUBLIC_HOST if name == "hosts" else _HOST
        wrong = next((each for each in written if not allowed.fullmatch(each)), None)
        if wrong is not None:
            raise refusal(
                f"{source}: {name} in [push]",
                wrong,
                "names in small letters, such as push.example; in `hosts` also *.push.example",
            )


def _is_address(written: str) -> bool:
    """Tell whether this is scheme, host, and at most port and path."""
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        return False
    bare = not (parts.query or parts.fragment or "@" in parts.netloc) and written.isprintable()
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and bare and port != 0


def _check_network(written: str, source: str) -> None:
    place = f"{source}: a network of trusted_proxies in [server]"
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        raise refusal(
            place, written, "an address or a network, such as 10.0.0.0/8 or 2001:db8::/32"
        ) from None
    if ipaddress.ip_address(written.partition("/")[0]) != network.network_address:
        raise refusal(place, written, f"the network itself: {network}")
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
        raise refusal(place, written, "an IPv4 network in its own writing, such as 10.0.0.0/8")


def _check_public_url(written: str, source: str) -> None:
    """Insist on an address that clients take: they send no password in the clear."""
    place = f"{source}: public_url in [server]"
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise refusal(place, written, "an address such as https://chat.example:8443") from None
    bare = parts._replace(scheme="", netloc="", path=parts.path.rstrip("/")).geturl() == ""
    if not parts.hostname or not bare or "@" in parts.netloc or port == 0:
        raise refusal(place, written, "scheme, host and port alone, such as https://chat.example")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise refusal(place, written, "an address that begins with https://")


def least_memory_kib(passes: int) -> int:
    """Return how much memory a password's hash must take at least, in KiB, with so many passes."""
    return _LEAST_MEMORY_KIB.get(passes, _LEAST_MEMORY_KIB[2])


def is_loopback(host: str) -> bool:
    """Tell whether a host to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_private_transport(settings: Settings) -> None:
    """Insist that no password crosses a network in the clear, and that links lead to what is there.

    Raises:
        SettingsError: Plain HTTP beyond this machine or behind an address that promises TLS,
            without a declared proxy; or TLS behind an address that promises none.
    """
    public = settings.server.public_url
    if settings.tls.certificate:
        if public.startswith("http://"):
            raise SettingsError(
                f"people are told {public}, but with a certificate this server speaks HTTPS: "
                "write https:// in public_url"
            )
        return
    if settings.server.trusted_proxies:
        return
    if public.startswith("https://"):
        raise SettingsError(
            f"people are told {public}, but without a certificate this server speaks plain HTTP: "
            "give --tls-cert and --tls-key (`teamchat-server tls init` makes them), or name the "
            'proxy that speaks TLS in trusted_proxies, such as ["127.0.0.1"]'
        )
    if is_loopback(settings.server.host):
        return
    raise SettingsError(
        f"plain HTTP on {settings.server.host} would carry passwords in the clear: give "
        "--tls-cert and --tls-key (`teamchat-server tls init` makes them), listen on "
        "127.0.0.1, or name the proxy that speaks TLS in trusted_proxies"
    )
