import asyncio
import hashlib
import re
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from teamchat.server import tls

NOW = 1_767_225_600


def made(directory: Path) -> tls.Files:
    names = ["localhost", "127.0.0.1", "::1", "chat.bücher.example"]
    return tls.make(directory, names=names, organisation="Bücher GmbH", now=NOW)


def test_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    files = made(tmp_path / "tls")
    assert files.key.stat().st_mode & 0o777 == 0o600
    assert files.authority_key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700


def test_nothing_is_ever_replaced(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.certificate.unlink()
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(tls.TLSError, match="already"):
        made(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_certificate_says_what_it_is_for(tmp_path: Path) -> None:
    files = made(tmp_path)
    server = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = server.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    assert isinstance(names, x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "chat.xn--bcher-kva.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (limits.ca, limits.path_length) == (True, 0)
    told = tls.shown(files.certificate)
    assert told.not_after == NOW - 3600 + tls.SERVER_DAYS * 86_400
    assert told.sha256 == hashlib.sha256(server.public_bytes(Encoding.DER)).hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "a..b",
        "https://chat.example",
        "chat.example:8443",
        "chat.example/",
        "chat example",
        "chat_example",
        "-chat.example",
        "*",
        "a.*.example",
        f"{'a' * 64}.example",
        ".".join(["a" * 60] * 5),
    ],
)
def test_a_name_that_is_none_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(tls.TLSError, match=r"is no host name: write the name or address alone"):
        tls.make(tmp_path, names=["localhost", name], organisation="x", now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "host", "covered"),
    [
        (["chat.example"], "chat.example", True),
        (["chat.example"], "CHAT.example", True),
        (["chat.example"], "example", False),
        (["*.example"], "chat.example", True),
        (["*.example"], "a.chat.example", False),
        (["*.example"], "example", False),
        (["chat.xn--bcher-kva.example"], "chat.bücher.example", True),
        (["127.0.0.1"], "127.0.0.1", True),
        (["::1"], "0:0:0:0:0:0:0:1", True),
        (["127.0.0.1"], "localhost", False),
        ([], "chat.example", False),
        (["chat.example"], "chat example", False),
    ],
)
def test_which_hosts_a_certificate_is_for(
    tmp_path: Path, names: list[str], host: str, *, covered: bool
) -> None:
    assert tls.covers(names, host) is covered
    if names:
        files = tls.make(tmp_path, names=names, organisation="x", now=NOW)
        assert tls.names_of(files.certificate) == tuple(names)


def test_a_certificate_needs_a_name(tmp_path: Path) -> None:
    names: list[str] = []
    with pytest.raises(tls.TLSError):
        tls.make(tmp_path, names=names, organisation="x", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_used_are_said_so(tmp_path: Path) -> None:
    files, other = made(tmp_path / "one"), made(tmp_path / "two")
    encrypted = tmp_path / "encrypted.pem"
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    encrypted.write_bytes(
        key.private_bytes(
            Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"x"),
        )
    )
    nothing = tmp_path / "nothing.pem"
    nothing.write_bytes(b"")
    for certificate, which, words in (
        (tmp_path / "a", files.key, f"there is no file {tmp_path / 'a'}"),
        (files.certificate, tmp_path / "b", f"there is no file {tmp_path / 'b'}"),
        (files.certificate, other.key, f"{other.key} is not the key of {files.certificate}"),
        (files.certificate, encrypted, "not encrypted"),
        (nothing, files.key, "must be a certificate chain"),
    ):
        with pytest.raises(tls.TLSError, match=re.escape(words)):
            tls.context(certificate, which)
    for certificate in (tmp_path / "a", nothing):
        with pytest.raises(tls.TLSError, match="no certificate"):
            tls.shown(certificate)


async def greeted(port: int, authority: Path) -> bytes:
    """Connect, trusting one authority; return the certificate that was shown."""
    trusting = ssl.create_default_context(cafile=str(authority))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=trusting, server_hostname="localhost"
    )
    certificate: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    assert await reader.read() == b"hello"
    writer.close()
    await writer.wait_closed()
    return certificate


async def test_a_certificate_that_cannot_be_used_leaves_the_old_one_in_place(
    tmp_path: Path,
) -> None:
    now = int(time.time())
    old, new = (
        tls.make(tmp_path / name, names=["localhost"], organisation="x", now=now)
        for name in ("old", "new")
    )

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    context = tls.context(old.certificate, old.key)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    before = await greeted(port, old.authority)
    with pytest.raises(tls.TLSError):
        tls.reload(context, new.certificate, old.key)
    assert await greeted(port, old.authority) == before
    tls.reload(context, new.certificate, new.key)
    assert await greeted(port, new.authority) != before
    server.close()
    await server.wait_closed()


async def test_a_client_that_trusts_the_authority_connects_and_another_does_not(
    tmp_path: Path,
) -> None:
    files = tls.make(tmp_path, names=["localhost"], organisation="x", now=int(time.time()))

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    server = await asyncio.start_server(
        answer, "127.0.0.1", 0, ssl=tls.context(files.certificate, files.key)
    )
    port = server.sockets[0].getsockname()[1]
    trusting = ssl.create_default_context(cafile=str(files.authority))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=trusting, server_hostname="localhost"
    )
    assert await reader.read() == b"hello"
    writer.close()
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(
            "127.0.0.1", port, ssl=ssl.create_default_context(), server_hostname="localhost"
        )
    server.close()
    await server.wait_closed()
