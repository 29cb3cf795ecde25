import pytest

from teamchat.client.web_references import strangers
from tests.support.web_client import FILES

PAGE = FILES["index.html"]


def test_a_build_that_loads_its_own_files_has_no_strangers() -> None:
    assert not list(strangers(FILES))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (b"<script src='/assets/evil.js'></script>", "/assets/evil.js"),
        (b"<SCRIPT SRC=https://evil.example/a.js></SCRIPT>", "https://evil.example/a.js"),
        (b"<script src=//evil.example/a.js></script>", "//evil.example/a.js"),
        (b"<link rel=stylesheet href=/evil.css>", "/evil.css"),
        (b"<img srcset='/evil.png 2x'>", "/evil.png 2x"),
        (b"<script>evil()</script>", "<script>"),
        (b"<base href='/assets/'>", "<base>"),
        (b"<iframe srcdoc=''></iframe>", "<iframe>"),
        (b"<body onload='evil()'>", "onload="),
    ],
)
def test_what_a_page_loads_besides_is_found(more: bytes, what: str) -> None:
    found = list(strangers({**FILES, "index.html": PAGE + more}))
    assert ("index.html", what) in found


@pytest.mark.parametrize(
    ("worker", "what"),
    [
        (b'["/assets/app-0123.js","/assets/evil.js"]', "/assets/evil.js"),
        (b'importScripts("a.js")', "importScripts"),
        (b'fetch("https://evil.example")', "https:"),
    ],
)
def test_what_the_service_worker_loads_besides_is_found(worker: bytes, what: str) -> None:
    assert list(strangers({**FILES, "sw.js": worker})) == [("sw.js", what)]
