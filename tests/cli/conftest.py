"""What tests of commands need: the command line as it is called, and a shop to call it on."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.cli import run
from engine.starter import starter


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]
Shop = Callable[..., Path]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`call("check", folder)`; `stdin=` for what is piped in."""

    def calling(*words: str | Path, stdin: bytes = b"") -> Said:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return calling


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Writes a ruleset as `ordinance new` begins it, with files added or replaced (None: taken away), and goes there."""

    def writing(*integrations: str, files: Mapping[str, str | None] | None = None) -> Path:
        folder = tmp_path / "shop"
        for path, text in {**starter("Acme Tees", integrations), **(files or {})}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                target.unlink(missing_ok=True)
            else:
                target.write_text(text, "utf-8")
        monkeypatch.chdir(folder)
        return folder

    return writing
