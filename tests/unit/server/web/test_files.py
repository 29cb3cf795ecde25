import gzip
import json
from pathlib import Path

import pytest

from teamchat.server.web.files import WebClientError, read_files
from teamchat.wire.web_build import FILE_BYTES, FILES, MANIFEST_BYTES
from tests.support import web_client


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return web_client.build(tmp_path)


def test_everything_that_the_manifest_names_is_there(built: Path) -> None:
    client = read_files(built)
    assert set(client.files) == set(web_client.FILES)
    page, script = client.files["index.html"], client.files["assets/app-0123.js"]
    assert (page.media_type, script.media_type) == (
        "text/html; charset=utf-8",
        "text/javascript; charset=utf-8",
    )
    assert (page.immutable, script.immutable) == (False, True)
    assert set(page.bodies) == {"identity", "gzip"}
    assert set(client.files["assets/mark-4567.svg"].bodies) == {"identity"}
    assert len({page.etag(coding) for coding in page.bodies}) == 2


def test_one_file_is_the_worker_that_stretches(built: Path) -> None:
    stretching = [path for path, file in read_files(built).files.items() if file.stretches]
    assert stretching == ["assets/stretching-89ab.js"]


def test_a_folder_without_a_manifest_is_no_web_client(tmp_path: Path) -> None:
    assert read_files(tmp_path).index is None
    assert read_files(tmp_path / "missing").index is None


def test_what_the_manifest_does_not_name_is_not_there(built: Path) -> None:
    (built / "assets" / "other.js").write_bytes(b"evil()")
    assert "assets/other.js" not in read_files(built).files


def refused(built: Path, why: str) -> None:
    with pytest.raises(WebClientError, match=why):
        read_files(built)


def test_a_file_that_was_changed_is_refused(built: Path) -> None:
    (built / "assets" / "app-0123.js").write_bytes(b"evil()")
    refused(built, "app-0123.js is not the file that was built")


def test_a_packed_file_that_is_another_is_refused(built: Path) -> None:
    (built / "index.html.gz").write_bytes(gzip.compress(b"something else"))
    refused(built, "index.html.gz is not index.html")
    (built / "index.html.gz").write_bytes(b"no gzip")
    refused(built, "index.html.gz is not index.html")


def test_a_bomb_is_not_unpacked(built: Path) -> None:
    (built / "index.html.gz").write_bytes(gzip.compress(bytes(2 * FILE_BYTES)))
    refused(built, "index.html.gz is not index.html")


def test_a_missing_or_large_file_is_refused(built: Path) -> None:
    (built / "index.html").write_bytes(bytes(FILE_BYTES + 1))
    refused(built, "larger than")
    (built / "index.html").unlink()
    refused(built, "cannot be read")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"path": "../outside.html"}, "cannot be read"),
        ({"path": "/etc/passwd.html"}, "cannot be read"),
        ({"path": "assets/%2e%2e/a.html"}, "cannot be read"),
        ({"sha256": "0" * 63}, "cannot be read"),
        ({"path": "assets/app.exe"}, "is no file of a web client"),
        ({"bytes": 2**40}, "more than a web client has"),
        ({"bytes": 1}, "is not the file that was built"),
        ({"unknown": 1}, "cannot be read"),
        ({"path": "elsewhere.html"}, "elsewhere.html cannot be read"),
    ],
)
def test_a_manifest_that_names_what_it_must_not_is_refused(
    built: Path, changed: dict[str, object], why: str
) -> None:
    (built.parent / "outside.html").write_bytes(web_client.FILES["index.html"])
    (built / "manifest.json").write_text(json.dumps(web_client.manifest(**changed)))
    refused(built, why)


def test_a_manifest_is_bounded_and_names_a_page(built: Path) -> None:
    entry = {"path": "a.txt", "bytes": 0, "sha256": "0" * 64}
    for listed in ([entry] * (FILES + 1), []):
        (built / "manifest.json").write_text(json.dumps({"version": "1", "files": listed}))
        refused(built, "manifest.json names more|manifest.json does not name")
    (built / "manifest.json").write_bytes(b" " * (MANIFEST_BYTES + 1))
    refused(built, "manifest.json is larger")
