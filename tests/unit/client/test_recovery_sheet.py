from dataclasses import replace
from html.parser import HTMLParser

from teamchat.client.recovery_sheet import Sheet, page

SHEET = Sheet(
    "apfel birke <b>",
    "Anna & Co",
    "anna",
    "Muster GmbH",
    "https://chat.example",
    "2026-11-21",
    "de",
)


class Parsed(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_words_name_and_day_are_on_it() -> None:
    read = Parsed(page(SHEET))
    assert {"apfel", "birke", "Anna & Co (anna)", "2026-11-21", "Muster GmbH"} <= set(read.texts)
    assert any("Löschen Sie die Datei" in text for text in read.texts)
    assert any(
        "Delete the file" in text for text in Parsed(page(replace(SHEET, language="en"))).texts
    )


def test_it_loads_nothing_and_runs_nothing() -> None:
    read = Parsed(page(SHEET))
    assert not {"script", "link", "img", "iframe", "b"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name in {"src", "href"}]
    assert "default-src 'none'" in page(SHEET)


def test_the_words_do_not_print() -> None:
    assert "apfel" not in repr(SHEET)
