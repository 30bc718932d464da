"""A shop that lives in git, for what compares two versions of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Shop

WEST = """
rule "Look at west coast orders"
  on   "Order is Imported"
  when order.shipping.state is "OR"
  do   move to folder "Needs attention"
       add tag "west"
"""


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env = {**clean, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True, env=env)


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", tag, "--allow-empty")
    git(folder, "tag", tag)


@pytest.fixture
def kept(shop: Shop) -> Path:
    """A shop in git, tagged `one`."""
    folder = shop("podos")
    git(folder, "init", "-q")
    commit(folder, "one")
    return folder


def append(path: str, text: str) -> None:
    Path(path).write_text(Path(path).read_text() + text)


def replaced(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))
