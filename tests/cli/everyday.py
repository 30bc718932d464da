"""A shop that is connected to a printer on this machine, for the commands that do something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from actions.sandbox.podos import Podos
from actions.sandbox.server import Server
from engine.starter import starter
from events.store import Store
from events.stores import open_store
from tests.cli.conftest import Call, Said, Shop

TOKEN = "canary-8f14e45fceea167a"
"""Must be seen nowhere."""

PROJECT = "my-project-12345"

DESK = """
rule "Tell the desk"
  because "a person has to look"
  on      "Order Not Submitted to podOS Because of Invalid SKU"
  do      send email to "desk@example.com" subject "Order {order.id}" body "It is parked."

rule "Print again"
  because "the first one was lost"
  on      "Reprint"
  do      resubmit to podOS

rule "Approved by hand"
  on      button "Approve artwork"
  do      add tag "approved"
"""


@dataclass
class Everyday:
    folder: Path
    server: Server
    call: Call
    said: list[Said]

    def __call__(self, *words: str | Path) -> Said:
        """A command in the shop's folder; what it says is kept."""
        self.said.append(self.call(*words))
        return self.said[-1]

    def done(self, *words: str | Path) -> str:
        """The same, where it must succeed: what it printed."""
        said = self(*words)
        assert said.code == 0, said
        return said.out

    @property
    def taken(self) -> dict[str, int]:
        """By the printer, by our reference."""
        found: dict[str, int] = self.server.state()["accepted"]
        return found

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def store(self) -> Store:
        return open_store(self.folder / ".ordinance" / "store.sqlite")

    def everything(self) -> bytes:
        """All that was said, and every byte that lies in the shop's folder."""
        files = [each.read_bytes() for each in self.folder.rglob("*") if each.is_file()]
        return b"\n".join([*files, *(f"{each.out}{each.err}".encode() for each in self.said)])


@pytest.fixture
def everyday(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[Everyday]:
    """`everyday("orders", "list")`"""
    with Server(Podos(key=TOKEN, project=PROJECT)) as server:
        config = starter("Acme Tees", ["podos"])["ordinance.yaml"]
        config = config.replace(f"project: {PROJECT}", f"project: {PROJECT}\n    base_url: {server.url}")
        config += "events: [Reprint]\nbuttons: [Approve artwork]\n"
        folder = shop("podos", files={"ordinance.yaml": config, "rules/3-desk.rules": DESK})
        monkeypatch.setenv("PODOS_TOKEN", TOKEN)
        monkeypatch.delenv("ORDINANCE_STORE", raising=False)
        yield Everyday(folder, server, call, [])


def sample(everyday: Everyday, order_id: str, sku: str = "90210") -> Path:
    """A new order in a file: the shop's own sample, with another number."""
    text = (everyday.folder / "samples" / "podos.json").read_text("utf-8")
    path = everyday.folder / "incoming" / f"{order_id}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace("1002", order_id).replace("90210", sku), "utf-8")
    return path
