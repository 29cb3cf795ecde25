"""Where each rule of MLS is raised in both languages, and which tests and cases break it.

A rule is raised where it stands in a `raise` of a ValidationError or CryptoError, or is
handed to a function that raises the rule it is handed. A rule is tested where a test
compares it with the rule of a failure, or hands it to a function that does.

    python -m tests.support.mls_rules      write docs/security/mls-rules.md anew
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from teamchat.mls.rules import Rule
from tests.support.mls_corpus import cases, without

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "teamchat"
TESTS = ROOT / "tests"
PAGE = ROOT / "docs" / "security" / "mls-rules.md"
TYPESCRIPT = ROOT / "clients" / "web" / "src" / "mls"
BEGIN, END = "<!-- rules: begin -->", "<!-- rules: end -->"
_ELSEWHERE = "the authentication service"
SHOWN = 3
"""How many places the page names for one rule."""

RAISED = {"ValidationError", "CryptoError"}
_TS_FUNCTION = re.compile(r"(?:export )?(?:async )?function (\w+)")
_TS_COMMENT = re.compile(r"\s*(?:/?\*|//)")
_TS_RULE = re.compile(r"\bRule\.([A-Z][A-Z0-9_]+)")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Places = dict[str, list[tuple[str, str]]]
"""By rule: files and the functions in them."""


@cache
def raised() -> Places:
    """Return where each rule is raised."""
    return _places(SOURCE, _raising)


@cache
def broken() -> Places:
    """Return the tests that break each rule."""
    return _places(TESTS, _expecting)


@cache
def in_typescript() -> Places:
    """Return where the TypeScript twin names each rule, the list of rules aside."""
    found: Places = {}
    for path in sorted(TYPESCRIPT.rglob("*.ts")):
        function = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if begun := _TS_FUNCTION.match(line):
                function = begun[1]
            for name in () if _TS_COMMENT.match(line) else _TS_RULE.findall(line):
                place = (path.relative_to(TYPESCRIPT).as_posix(), function)
                if place not in found.setdefault(name, []):
                    found[name].append(place)
    return found


def examples() -> dict[str, str]:
    """Return one case of the corpus of invalid messages for each rule that has one."""
    found: dict[str, str] = {}
    for _, case in cases():
        if case["rule"] is not None:
            found.setdefault(case["rule"], case["name"])
    return found


def named(folder: Path) -> set[str]:
    """Return every rule that is named at all under a folder, whether it exists or not."""
    return {name for path in _files(folder) for name in _rules_in(_parsed(path))}


def table() -> str:
    """Return the table of the page."""
    titles = "Rule", "§", "What it demands", "Python", "TypeScript", "Case", "Broken by"
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for rule in Rule:
        cells = (
            f"`{rule.name}`",
            rule.section,
            rule.text,
            _cell(raised()[rule.name], "src/teamchat/mls/") or _ELSEWHERE,
            _cell(in_typescript().get(rule.name, ()), "") or _ELSEWHERE,
            f"`{examples()[rule.name]}`" if rule.name in examples() else without()[rule.name],
            _cell(broken()[rule.name], "tests/unit/mls/"),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page() -> str:
    """Return the page with its table as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _cell(places: Iterable[tuple[str, str]], folder: str) -> str:
    """Name the first few places in this folder; what lies elsewhere may come and go."""
    inside = [(path.removeprefix(folder), name) for path, name in places if folder in path]
    return "<br>".join(f"`{path}` {name}" for path, name in inside[:SHOWN])


@cache
def _files(folder: Path) -> list[Path]:
    """Return the Python files that name rules, but for `rules.py` and what reports on them."""
    own = {SOURCE / "mls" / "rules.py", Path(__file__).resolve(), TESTS / "unit/mls/test_rules.py"}
    own.add(TESTS / "architecture" / "test_rules.py")
    naming = (path for path in folder.rglob("*.py") if b"Rule" in path.read_bytes())
    return sorted(path for path in naming if path not in own)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _places(folder: Path, find: Callable[[Function], Iterator[str]]) -> Places:
    found: Places = {}
    for path in _files(folder):
        for function in _functions(_parsed(path)):
            for name in sorted(set(find(function))):
                found.setdefault(name, []).append(
                    (path.relative_to(ROOT).as_posix(), function.name)
                )
    return found


def _functions(tree: ast.AST) -> Iterator[Function]:
    """Yield the outermost functions: what stands in an inner one belongs to its owner."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node
        else:
            yield from _functions(node)


def _rules_in(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "Rule":
            yield each.attr


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _raising(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None and _called(node.exc) in RAISED:
            yield from _rules_in(node.exc)
        elif _called(node) in _rule_takers(SOURCE):
            yield from _rules_in(node)


def _expecting(function: Function) -> Iterator[str]:
    if not function.name.startswith("test_"):
        return
    variables: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Compare) or _called(node) in _rule_takers(TESTS):
            yield from _rules_in(node)
            variables |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    yield from _given_to(function, variables)


def _given_to(function: Function, variables: set[str]) -> Iterator[str]:
    """Yield the rules that a loop, an assignment or a parameter gives to compared variables."""
    for node in ast.walk(function):
        if isinstance(node, ast.For) and _names(node.target) & variables:
            yield from _rules_in(node.iter)
        elif isinstance(node, ast.Assign) and set().union(*map(_names, node.targets)) & variables:
            yield from _rules_in(node.value)
    if {argument.arg for argument in function.args.args} & variables:
        for decorator in function.decorator_list:
            if _called(decorator) == "parametrize":
                yield from _rules_in(decorator)


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


@cache
def _rule_takers(folder: Path) -> frozenset[str]:
    """Return the functions with a parameter of type Rule that raise or compare that one."""
    functions = [each for path in _files(folder) for each in _functions(_parsed(path))]
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(each.name for each in functions if _takes_rule(each, found)) | found
        if more == found:
            return found
        found = more


def _takes_rule(function: Function, takers: frozenset[str]) -> bool:
    arguments = (*function.args.args, *function.args.kwonlyargs)
    rules = {
        each.arg for each in arguments if each.annotation and "Rule" in _names(each.annotation)
    }
    return any(
        _names(node) & rules
        for node in ast.walk(function)
        if isinstance(node, ast.Raise | ast.Compare) or _called(node) in takers
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
