"""The cases: text files that a rule author can read, one behaviour a file, sections in the txtar manner.

`tests/test_cases.py` collects them; here they are read, compared with what was found, and rewritten on
`pytest --update-cases`. What an expected section means is `tests/evaluate.py`'s business. CONTRIBUTING.md has the format.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dsl.nearest import choices_help

CASES = Path(__file__).parent / "cases"
USUAL = CASES / "ordinance.yaml"
"""The configuration of a case that has none of its own."""

EXPECTED = ("diagnostics", "fired", "changes", "effects", "events", "problems", "not done", "prepared")
INPUTS = ("rules", "ordinance.yaml", "order", "event", "inventory.csv")
FILE = re.compile(
    r"[\w-]+\.rules|rules/[\w-]+\.rules|tables/[\w-]+\.csv|emails/[\w-]+\.txt|samples/[\w-]+\.jsonl?"
)

_MARKER = re.compile(r"-- (.+) --[ \t]*")
_CODES = re.compile(r"#\s*((?:[EW]\d{3})(?:[ ,]+[EW]\d{3})*)\s*$")
_FINDING = re.compile(r"(.+?):(\d+):\d+: (?:error|warning)\[([EW]\d{3})\]: ")


class BadCase(Exception):
    """A case that cannot be read, or that could not fail: path, line and a sentence."""


@dataclass(frozen=True)
class Section:
    """`line` is the marker's; the body's first line is the next one."""

    name: str
    body: str
    line: int


@dataclass(frozen=True)
class Happening:
    """The `-- event --` section: a label, or several lines.

    at: the event's time as written (`2026-03-01 10:00`, in the store's zone). values: `with message=...`.
    answers: `answer podos=Invalid SKU`, what a connection says to a submission.
    """

    label: str = "Order is Imported"
    at: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One file. `comment` is what stands above the first section."""

    path: Path
    comment: str
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section | None:
        return next((section for section in self.sections if section.name == name), None)

    def text(self, name: str) -> str | None:
        section = self.section(name)
        return None if section is None else section.body

    @cached_property
    def files(self) -> dict[str, str]:
        """The ruleset folder of the case: path -> text. The section `rules` is the file `shop.rules`."""
        found = {"ordinance.yaml": USUAL.read_text("utf-8")}
        for section in self.sections:
            if section.name == "rules":
                found["shop.rules"] = section.body
            elif section.name in ("ordinance.yaml", "inventory.csv") or FILE.fullmatch(section.name):
                found[section.name] = section.body
        return found

    @cached_property
    def expected(self) -> dict[str, str]:
        return {section.name: section.body for section in self.sections if section.name in EXPECTED}

    @cached_property
    def marked(self) -> set[tuple[str, int, str]]:
        """Findings expected on their lines, `when order.contry is "DE"   # E201`: path, line, code."""
        return {
            (path, number, code)
            for path, text in self.files.items()
            if path != "ordinance.yaml" or self.section("ordinance.yaml")
            for number, line in enumerate(text.split("\n"), start=1)
            if (comment := _CODES.search(line))
            for code in re.findall(r"[EW]\d{3}", comment[1])
        }

    @cached_property
    def happening(self) -> Happening:
        section = self.section("event")
        if section is None:
            return Happening()
        label: str | None = None
        at: str | None = None
        values: dict[str, str] = {}
        answers: dict[str, str] = {}
        for number, line in enumerate(section.body.splitlines(), start=section.line + 1):
            line = line.strip()
            if line.startswith("at:"):
                at = line.removeprefix("at:").strip()
            elif pair := re.fullmatch(r"(with|answer) ([\w-]+) ?= ?(.*)", line):
                (values if pair[1] == "with" else answers)[pair[2]] = pair[3]
            elif line and label is None:
                label = line
            elif line:
                raise BadCase(
                    f"{self.path}:{number}: `{line}` is no line of an event: "
                    "a label, `at: TIME`, `with NAME=VALUE`, `answer CONNECTION=REASON`"
                )
        return Happening(label or Happening.label, at, values, answers)


def read(path: Path, text: str | None = None) -> Case:
    """The case of a file. Raises BadCase where a section is unknown or given twice, or where nothing is expected."""
    text = path.read_text("utf-8") if text is None else text
    comment: list[str] = []
    body = comment
    bodies: list[list[str]] = []
    markers: list[tuple[str, int]] = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if marker := _MARKER.fullmatch(line.rstrip("\r\n")):
            name = marker[1].strip()
            _known(name, f"{path}:{number}", [name for name, _ in markers])
            markers.append((name, number))
            bodies.append(body := [])
        else:
            body.append(line)
    sections = tuple(Section(n, "".join(b), at) for (n, at), b in zip(markers, bodies, strict=True))
    case = Case(path, "".join(comment), sections)
    _can_fail(case)
    return case


def _known(name: str, where: str, before: list[str]) -> None:
    if name in before:
        raise BadCase(f"{where}: the section `{name}` is given twice")
    if name not in (*INPUTS, *EXPECTED) and not FILE.fullmatch(name):
        way_out = choices_help("section", name, (*INPUTS, *EXPECTED)) or (
            f"inputs are {', '.join(INPUTS)} and files of a ruleset; expected are {', '.join(EXPECTED)}"
        )
        raise BadCase(f"{where}: unknown section `{name}`: {way_out}")


def _can_fail(case: Case) -> None:
    if not any(path.endswith(".rules") for path in case.files) and case.section("ordinance.yaml") is None:
        raise BadCase(f"{case.path}:1: the case has no rules")
    if not case.expected and not case.marked:
        raise BadCase(f"{case.path}:1: nothing is expected: a case that cannot fail")
    if case.marked and "diagnostics" in case.expected:
        raise BadCase(
            f"{case.path}:1: codes on their lines and a section `diagnostics`: one of them is enough"
        )
    if set(case.expected) - {"diagnostics"} and case.section("order") is None:
        raise BadCase(f"{case.path}:1: something is expected to happen, and there is no order")


def differences(case: Case, found: Mapping[str, str]) -> str:
    """What is not as expected, as a diff to be read; "" where all is.

    found: the text of every section of `EXPECTED` that could be worked out, `diagnostics` always. A case that says
    nothing of its findings must have no error; one that does must have exactly those.
    """
    out = []
    if case.marked:
        seen = {(m[1], int(m[2]), m[3]) for m in map(_FINDING.match, found["diagnostics"].splitlines()) if m}
        out += [f"missing: {p}:{n}: {code}" for p, n, code in sorted(case.marked - seen)]
        unexpected = seen - case.marked
        out += [
            f"unexpected: {line}"
            for line in found["diagnostics"].splitlines()
            if not (m := _FINDING.match(line)) or (m[1], int(m[2]), m[3]) in unexpected
        ]
    elif "diagnostics" not in case.expected:
        out += [f"unexpected: {line}" for line in found["diagnostics"].splitlines() if "error[" in line]
    for name, body in case.expected.items():
        if name not in found:
            out.append(f"`{name}` could not be worked out")
        elif _trimmed(found[name]) != _trimmed(body):
            diff = difflib.unified_diff(
                _trimmed(body), _trimmed(found[name]), "expected", "found", lineterm=""
            )
            out += [f"-- {name} --", *diff]
    return "\n".join(out)


def updated(case: Case, found: Mapping[str, str]) -> str:
    """The file's text with its expected sections rewritten; all else is left to the letter, codes on lines too."""
    parts = [case.comment]
    for section in case.sections:
        body = section.body
        if (
            section.name in EXPECTED
            and section.name in found
            and _trimmed(body) != _trimmed(found[section.name])
        ):
            lines = "".join(f"{line}\n" for line in _trimmed(found[section.name]))
            blank = "\n" if body == "\n" or body.endswith("\n\n") else ""
            body = lines + blank
        parts.append(f"-- {section.name} --\n{body}")
    return "".join(parts)


def _trimmed(text: str) -> list[str]:
    """Without blanks at line ends and blank lines at the end, which no one sees."""
    return [line.rstrip() for line in text.rstrip().splitlines()]
