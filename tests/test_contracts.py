"""The contracts of pyproject.toml cover every module that they are about; `lint-imports` sees that they are kept."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

DECIDING = {
    "dsl",
    "actions.local",
    "actions.perform",
    "actions.preparing",
    "engine.check",
    "engine.checked",
    "engine.compile",
    "engine.decide",
    "engine.decision",
    "engine.diff.alike",
    "engine.diff.changed",
    "engine.diff.differences",
    "engine.diff.summary",
    "engine.diff.touched",
    "engine.diff.written",
    "engine.dry_run",
    "engine.explain",
    "engine.facts",
    "engine.fixing",
    "engine.form",
    "engine.matcher",
    "engine.reference",
    "engine.seen",
    "engine.testing.atoms",
    "engine.testing.concerned",
    "engine.testing.coverage",
    "engine.testing.covered",
    "engine.testing.expectations",
    "engine.testing.mutants",
    "engine.testing.running",
    "engine.testing.slight",
    "engine.trace",
    "engine.turn",
}
"""What takes part in deciding. A name may stand here before its module does; a module may not exist without its contract."""


def contract(words: str) -> dict[str, Any]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (found,) = (c for c in pyproject["tool"]["importlinter"]["contracts"] if c["name"].startswith(words))
    assert isinstance(found, dict)
    return found


def exists(module: str) -> bool:
    path = ROOT / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def test_every_module_that_decides_is_under_the_contract_of_purity() -> None:
    assert set(contract("Deciding is pure")["source_modules"]) == {m for m in DECIDING if exists(m)}


@pytest.mark.parametrize("module", ["httpx", "sqlite3", "time", "random", "logging"])
def test_deciding_knows_nothing_of_the_world(module: str) -> None:
    assert module in contract("Deciding is pure")["forbidden_modules"]


def test_only_one_module_may_import_httpx() -> None:
    assert len(contract("Only one module imports httpx")["ignore_imports"]) == 1


def files_of(module: str) -> Iterator[Path]:
    path = ROOT / module.replace(".", "/")
    yield from path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]


@pytest.mark.parametrize("module", sorted(m for m in DECIDING if exists(m)))
def test_nothing_that_decides_asks_the_clock_or_the_environment(module: str) -> None:
    """`datetime.now()` needs no forbidden import."""
    asked = [
        f"{path.name}:{node.lineno}"
        for path in files_of(module)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
        and node.func.attr in ("now", "utcnow", "today", "getenv", "urandom", "uuid1", "uuid4")
    ]
    assert asked == []
