"""Commands start without what they do not need: counted in modules, so that no clock is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from dsl import grammar

ROOT = Path(__file__).parents[2]
SLOW = (
    "lark",
    "dsl.parser",
    "pydantic",
    "ruamel",
    "rapidfuzz",
    "re2",
    "httpx",
    "simplejson",
    "sqlite3",
    "importlib.metadata",
)
"""Each takes as long to import as Python takes to start."""

SHOP = {
    "ordinance.yaml": "language: 1\nfolders: [New, Done]\n",
    "shop.rules": """
rule "file it"
  on "Order is Imported"
  when order.checkout_data["gift"] is not "yes"
  do move to folder "Done"

test "it is filed"
  given order "samples/a.json"
  when "Order is Imported" happens
  expect order.folder is "Done"
""",
    "samples/a.json": '{"id": "1", "email": "ann.smith@gmail.com", "order_items": []}',
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for path, text in SHOP.items():
        (tmp_path / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / path).write_text(text)
    return tmp_path / "shop"


def run(arguments: list[str], cache: Path | str) -> tuple[str, str, set[str]]:
    """What a command prints on stdout and stderr, and the slow modules that it loaded."""
    code = (
        "import sys\nfrom engine.cli import run\ncode = run(sys.argv[1:])\n"
        f"sys.stderr.write('\\n' + ' '.join(m for m in {SLOW!r} if m in sys.modules))\nsys.exit(code)"
    )
    environment = {**os.environ, "ORDINANCE_CACHE": str(cache), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    said, _, modules = done.stderr.rpartition("\n")
    return done.stdout, said, set(modules.split())


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """A cache with nothing in it but the grammar's tables, which say nothing of a ruleset and take a second to make."""
    numbers = count()

    def new() -> Path:
        cache = tmp_path / f"fresh {next(numbers)}"
        cache.mkdir()
        for tables in Path(os.environ["ORDINANCE_CACHE"]).glob("grammar-*"):
            shutil.copy(tables, cache)
        return cache

    grammar.build()
    return new


def test_help_loads_nothing_slow() -> None:
    out, _, modules = run(["--help"], "off")
    assert "dry-run" in out
    assert modules == set()


def test_a_check_of_what_has_not_changed_loads_nothing_slow_and_prints_the_same(
    shop: Path, tmp_path: Path, fresh: Callable[[], Path]
) -> None:
    cache = tmp_path / "cache"
    plain, said, needed = run(["check", str(shop)], fresh())
    assert "W503" in plain
    assert "W509" in plain
    assert {"dsl.parser", "pydantic", "ruamel"} <= needed, "the first time they are needed"
    assert "lark" not in needed, "which only makes the grammar's tables"
    assert run(["check", str(shop)], cache)[:2] == (plain, said)
    assert run(["check", str(shop)], cache) == (plain, said, set())
    for into in ("concise", "github", "json", "sarif"):
        arguments = ["check", str(shop), "--format", into]
        assert run(arguments, cache)[:2] == run(arguments, fresh())[:2]


def test_a_dry_run_of_what_has_not_changed_prints_the_same_and_parses_nothing(
    shop: Path, tmp_path: Path, fresh: Callable[[], Path]
) -> None:
    cache = tmp_path / "cache"
    for arguments in (
        ["dry-run", str(shop)],
        ["dry-run", str(shop), "--format", "json"],
        ["test", str(shop)],
    ):
        plain, said, needed = run(arguments, fresh())
        assert "dsl.parser" in needed
        run(arguments, cache)
        again = run(arguments, cache)
        assert again[:2] == (plain, said)
        assert not {"lark", "dsl.parser"} & again[2]
