"""Whatever reads others' bytes stands in the one list that is fuzzed (`tests.support.decoders`)."""

import ast
import re
from pathlib import Path

from tests.support.decoders import DECODERS

ROOT = Path(__file__).resolve().parents[2] / "src"
READING = re.compile(r"(decode|read|open|unwrap|unseal|unlock|unpack|restore|peek)(d|_.*)?")
TAKEN = {"bytes", "str", "Reader", "Parts", "Mapping[str, bytes]"}
ELSEWHERE = {
    "teamchat.mls.codec.reader": "read by every structure",
    "teamchat.mls.messages.commit": "a structure",
    "teamchat.cli.messages": "a command, not a decoder",
    "teamchat.server.services.inbox": "reads the database",
    "teamchat.server.services.delivery": "its peek is a protocol; Groups stands in the list",
}
"""Modules that the heuristic finds and that need no row of their own, with the reason."""


def reading_modules() -> dict[str, str]:
    """Return modules with a public function that begins like a decoder and takes bytes or text."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and READING.fullmatch(node.name):
                arguments = [each for each in node.args.args if each.arg not in {"self", "cls"}]
                kind = arguments[0].annotation if arguments else None
                if kind is not None and ast.unparse(kind) in TAKEN:
                    found[module] = node.name
    return found


def test_every_module_that_reads_is_fuzzed() -> None:
    fuzzed = {module for decoder in DECODERS for module in decoder.modules}
    missing = {m: f for m, f in reading_modules().items() if m not in fuzzed | ELSEWHERE.keys()}
    assert not missing, f"add a row to tests/support/decoders.py for {missing}"


def test_the_list_names_modules_that_exist() -> None:
    for module in {module for decoder in DECODERS for module in decoder.modules}:
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or path.is_dir(), module
