import shutil
from pathlib import Path

import pytest

from teamchat.server import tls
from teamchat.server.certificate import ServedCertificate
from teamchat.server.settings import TLSSettings
from teamchat.server.tls import Files, TLSError

NOW = 1_767_225_600


def made(directory: Path) -> Files:
    return tls.make(directory, names=["localhost"], organisation="x", now=NOW)


def settings(files: Files) -> TLSSettings:
    return TLSSettings(certificate=str(files.certificate), key=str(files.key))


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    one, two = made(tmp_path / "1"), made(tmp_path / "2")
    with pytest.raises(TLSError, match="is not the key of"):
        ServedCertificate(TLSSettings(certificate=str(one.certificate), key=str(two.key)))


def test_files_that_cannot_be_used_change_nothing(tmp_path: Path) -> None:
    files, other = made(tmp_path / "1"), made(tmp_path / "2")
    served = ServedCertificate(settings(files))
    kept = files.certificate.read_bytes()
    files.certificate.write_bytes(b"")
    with pytest.raises(TLSError):
        served.reload()
    shutil.copy(other.certificate, files.certificate)
    with pytest.raises(TLSError):
        served.reload()
    files.certificate.write_bytes(kept)
    assert served.reload() is None


def test_another_certificate_is_told_once(tmp_path: Path) -> None:
    files, other = made(tmp_path / "1"), made(tmp_path / "2")
    served = ServedCertificate(settings(files))
    assert served.reload() is None
    shutil.copy(other.certificate, files.certificate)
    shutil.copy(other.key, files.key)
    assert served.reload() == tls.shown(other.certificate)
    assert served.reload() is None
