"""What every format offers: begun, given one order after the other, ended. It writes to a text stream as it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TextIO

from engine.opened import Opened
from engine.show.shown import Shown
from engine.show.tally import Tally


@dataclass(frozen=True)
class Options:
    """all: nothing is shortened or left out. color, width: None leaves it to the terminal. event: the label of the event
    that the orders were given. title: what stands above all, where it is no dry run."""

    all: bool = False
    color: bool | None = None
    width: int | None = None
    event: str = ""
    title: str = ""


class Format(Protocol):
    def __init__(self, out: TextIO, opened: Opened, options: Options) -> None: ...

    def start(self) -> None: ...

    def order(self, shown: Shown) -> None: ...

    def end(self, tally: Tally) -> None: ...
