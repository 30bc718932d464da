"""Pages that are written by the product itself, so that they cannot be out of date: `python -m engine.docs [--check]`.

`make docs` writes them, `make test` compares. A page is a function from nothing to text; what it tells lives elsewhere
(the codes in `dsl/codes`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from dsl.codes import Code, codes
from dsl.colours import textmate

ROOT = Path(__file__).parent.parent
GENERATED = "<!-- Written by `make docs` from {source}. Change that, not this. -->\n"
LANGUAGES = {".yaml": "yaml", ".csv": "csv", ".json": "json"}


def diagnostics() -> str:
    """Every code with its paragraph and an example, family by family."""
    return "\n".join(_diagnostics())


def _diagnostics() -> Iterator[str]:
    yield GENERATED.format(source="dsl/codes/*.yaml")
    yield "# What `ordinance check` finds\n"
    yield (
        "Every finding has a code that stays the same for good. `ordinance explain E201` prints the paragraph below at\n"
        "the terminal. Only errors (`E`) stop a dry run; advice (`W`) can be silenced where it stands, with a reason and\n"
        "an end: `# allow W512: seasonal, until 2027-01-31`.\n"
    )
    current = (code for code in codes().values() if not code.retired)
    for family, members in groupby(current, lambda code: f"{code.family} ({code.code[:2]}xx)"):
        yield f"## {family}\n"
        for code in members:
            yield from _code(code)


def _code(code: Code) -> Iterator[str]:
    yield f"### {code.code}\n"
    yield f"**{code.title}**\n"
    yield f"{code.text}\n"
    if code.help:
        yield f"{code.help}\n"
    if code.example:
        language = LANGUAGES.get(Path(code.example_file).suffix, "")
        fence = "```" if "```" not in code.example else "````"
        yield f"{fence}{language}\n{code.example}\n{fence}\n"


def commands() -> str:
    """Every command's own help."""
    from engine.cli import page

    return GENERATED.format(source="engine/cli/*.py") + "\n" + page.commands()


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "docs/diagnostics.md": diagnostics,
        "docs/commands.md": commands,
        "editors/vscode/syntaxes/ordinance.tmLanguage.json": textmate.grammar,
    }
)


def outdated(root: Path = ROOT) -> list[str]:
    """The pages under `root` that are not what would be written now."""
    return [path for path, page in PAGES.items() if _read(root / path) != page()]


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def write(root: Path = ROOT) -> list[str]:
    """Brings every page up to date; answers with those that were not."""
    stale = outdated(root)
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(PAGES[path](), "utf-8")
    return stale


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: python -m engine.docs [--check]", file=sys.stderr)
        return 2
    if not arguments:
        for path in write():
            print(f"wrote {path}")
        return 0
    stale = outdated()
    for path in stale:
        print(f"{path} is out of date: `make docs` writes it", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
