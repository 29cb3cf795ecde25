import asyncio
import ssl
from pathlib import Path

import pytest
from cryptography import x509
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
    assert tls.expiry(files.certificate) == NOW - 3600 + tls.SERVER_DAYS * 86_400


@pytest.mark.parametrize("names", [[], ["a..b"]])
def test_names_that_are_none(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(tls.TLSError):
        tls.make(tmp_path, names=names, organisation="x", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_used_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(tls.TLSError):
        tls.context(tmp_path / "a", tmp_path / "b")
    with pytest.raises(tls.TLSError):
        tls.expiry(tmp_path / "a")


async def test_a_client_that_trusts_the_authority_connects_and_another_does_not(
    tmp_path: Path,
) -> None:
    import time

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
