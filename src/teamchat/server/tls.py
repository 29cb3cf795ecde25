"""TLS: a private certificate authority for those without one, and the server's context.

`make` writes four files and never replaces one. Keys are P-256: every client and browser takes
them. The authority's key signs server certificates only, and is best moved off the server.
"""

import datetime as dt
import ipaddress
import os
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from teamchat.errors import TeamchatError
from teamchat.listening import tls_without_certificate

AUTHORITY_DAYS: Final = 3650
SERVER_DAYS: Final = 397
"""No longer than browsers accept."""

_BACKDATED: Final = dt.timedelta(hours=1)
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_HOST_CHARACTERS: Final = 253


class TLSError(TeamchatError):
    """A certificate cannot be made or used; the operator's to mend."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the authority and the server keep certificate and key."""

    authority: Path
    authority_key: Path
    certificate: Path
    key: Path

    @classmethod
    def within(cls, directory: Path) -> "Files":
        """Return their usual names in a directory."""
        names = ("ca.pem", "ca-key.pem", "server.pem", "server-key.pem")
        return cls(*(directory / name for name in names))

    def all(self) -> tuple[Path, ...]:
        """Return all four."""
        return (self.authority, self.authority_key, self.certificate, self.key)


def make(directory: Path, *, names: Sequence[str], organisation: str, now: int) -> Files:
    """Make a certificate authority and a server certificate.

    Args:
        directory: Where the files go; made if it is not there.
        names: DNS names and addresses that the server is reached by.
        organisation: What the authority is called.
        now: Seconds since 1970.

    Raises:
        TLSError: One of the files is there already, or a name is none.
    """
    files = Files.within(directory)
    if there := [path.name for path in files.all() if path.exists()]:
        raise TLSError(f"{directory} has {', '.join(there)} already; nothing was changed")
    begin = dt.datetime.fromtimestamp(now, dt.UTC) - _BACKDATED
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key, organisation, begin)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _server(key, names, authority, authority_key, begin)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(files.authority_key, _private(authority_key), 0o600)
    _write(files.authority, _pem(authority), 0o644)
    _write(files.key, _private(key), 0o600)
    _write(files.certificate, _pem(certificate) + _pem(authority), 0o644)
    return files


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the server's side of TLS 1.3 and 1.2.

    Raises:
        TLSError: The files cannot be read or do not belong together.
    """
    made = tls_without_certificate()
    reload(made, certificate, key)
    return made


def reload(made: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Read the certificate again; connections made from now on get it.

    The files are tried on another context first: one that was given a certificate without its
    key would serve nobody any more.

    Raises:
        TLSError: The files cannot be read or do not belong together; nothing has changed.
    """
    try:
        for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), made):
            context.load_cert_chain(certificate, key, password="")  # an encrypted key: no prompt
    except OSError as error:  # what OpenSSL raises is one too
        raise TLSError(_unusable(error, certificate, key)) from error


def _unusable(error: OSError, certificate: Path, key: Path) -> str:
    """Say in words of ours why a certificate cannot be used."""
    for path in (certificate, key):
        if not path.is_file():
            return f"there is no file {path}"
    if isinstance(error, PermissionError):
        return f"not allowed to read {certificate} or {key}"
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return f"{key} is not the key of {certificate}"
    return (
        f"cannot use {certificate} with {key}: the first must be a certificate chain (PEM), "
        "the second its private key (PEM, not encrypted)"
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as it is written down: its SHA-256, and when it ends (seconds since 1970)."""

    sha256: str
    not_after: int


def shown(certificate: Path) -> Shown:
    """Return what is written down of the server's own certificate.

    Raises:
        TLSError: It cannot be read.
    """
    read = _read(certificate)
    return Shown(read.fingerprint(hashes.SHA256()).hex(), int(read.not_valid_after_utc.timestamp()))


def names_of(certificate: Path) -> tuple[str, ...]:
    """Return the host names and addresses that a certificate is for (RFC 5280 §4.2.1.6).

    Raises:
        TLSError: It cannot be read.
    """
    try:
        names = _read(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    hosts = names.value.get_values_for_type(x509.DNSName)
    return (*hosts, *map(str, names.value.get_values_for_type(x509.IPAddress)))


def covers(names: Sequence[str], host: str) -> bool:
    """Whether clients take a certificate with these names for a host (RFC 9525 §6.3)."""
    try:
        wanted = _written(host).casefold()
    except TLSError:
        return False
    any_of_domain = f"*.{wanted.partition('.')[2]}"
    return bool({each.casefold() for each in names} & {wanted, any_of_domain})


def _read(certificate: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError) as error:
        raise TLSError(f"cannot read {certificate}: no certificate (PEM)") from error


def _authority(
    key: ec.EllipticCurvePrivateKey, organisation: str, begin: dt.datetime
) -> x509.Certificate:
    name = _name(f"{organisation[:40]} teamchat CA", organisation)
    usage = _usage(key_cert_sign=True)
    return (
        _builder(name, name, key, begin, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    begin: dt.datetime,
) -> x509.Certificate:
    if not names:
        raise TLSError("name at least one host that the server is reached by")
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(_name(names[0][:64]), authority.subject, key, begin, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
        )
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begin: dt.datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, key_cert_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]))
    return x509.Name(parts)


def _general(name: str) -> x509.GeneralName:
    written = _written(name)
    try:
        return x509.IPAddress(ipaddress.ip_address(written))
    except ValueError:
        return x509.DNSName(written)


def _written(name: str) -> str:
    """Return an address, or a host name in ASCII (RFC 5890), as certificates have it."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        written = name.encode("idna").decode("ascii")
    except UnicodeError:
        written = ""
    if not _HOST.fullmatch(written) or len(written) > _HOST_CHARACTERS:
        raise TLSError(
            f'"{name}" is no host name: write the name or address alone, such as chat.example, '
            "without https://, port or path"
        )
    return written


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a new file with its rights from the start."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
