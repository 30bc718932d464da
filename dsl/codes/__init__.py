"""The registry of diagnostic codes: what each one means, told to a merchant, with an example that gives it.

Read from the YAML files beside this one (code -> title, text, example; `help` and `file` where they are needed).
`ordinance explain`, the SARIF and JSON reports and `docs/diagnostics.md` show it; who finds what is the checker's business.
A code is never reused: one that is given up keeps its entry, marked `retired`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from ruamel.yaml import YAML

from dsl.diagnostics import Severity

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "E1": "How the text is written",
        "E2": "Names",
        "E3": "Types and values",
        "E4": "What cannot be meant",
        "W5": "Advice",
    }
)


class Entry(BaseModel):
    """One code as its YAML file has it.

    example: the smallest text that gives the code; `file` is the file of a ruleset it stands in, where that is not a
    rules file. help: the way out in general, where the text does not say it already. one_file: False where the text of one
    file cannot give it, because the bytes, the name or another file are wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: str = Field(min_length=1, pattern=r"^[^\n]+$")
    text: str = Field(min_length=1)
    example: str = ""
    help: str | None = None
    file: str | None = None
    retired: bool = False
    one_file: bool = True


class Code(Entry):
    code: str = Field(pattern=r"^(E[1-4]|W5)[0-9]{2}$")

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR

    @property
    def family(self) -> str:
        return FAMILIES[self.code[:2]]

    @property
    def example_file(self) -> str:
        """By convention the codes from x80 on are about the other files of the folder, first of all its configuration."""
        if self.file is not None:
            return self.file
        return "ordinance.yaml" if int(self.code[2:]) >= 80 else "shop.rules"


_FILE = TypeAdapter(dict[str, Entry])


def _read() -> Iterator[Code]:
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            entries = YAML(typ="safe").load(file.read_text("utf-8")) or {}
            for code, entry in _FILE.validate_python(entries).items():
                yield Code(code=code, **entry.model_dump())


@lru_cache(maxsize=1)
def codes() -> Mapping[str, Code]:
    """Every code in the order of its letter and number. Two entries for one code, or a malformed one, are our bug: ValueError."""
    found: dict[str, Code] = {}
    for code in _read():
        if code.code in found:
            raise ValueError(f"{code.code} is described twice in dsl/codes")
        found[code.code] = code
    return MappingProxyType({code: found[code] for code in sorted(found)})


def explain(code: str) -> str | None:
    """What `ordinance explain E201` prints: title, paragraph, way out and example. None where there is no such code."""
    entry = codes().get(code.strip().upper())
    if entry is None:
        return None
    parts = [f"{entry.severity}[{entry.code}]: {entry.title}", entry.text]
    if entry.help:
        parts.append(entry.help)
    if entry.example:
        lines = "\n".join(f"    {line}".rstrip() for line in entry.example.splitlines())
        parts.append(f"Example, in {entry.example_file}:\n\n{lines}")
    return "\n\n".join(parts) + "\n"
