"""One order as it is handed to a format. Made by the commands; read by the formats, the story and the tally."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.dry_run import Run
from engine.trace import RuleTrace
from events.order import Order


@dataclass(frozen=True)
class Shown:
    """One order that was decided (`run`), or one that could not be read (`error`, a sentence).

    name: where it stands in the merchant's files (`samples/a.json, order 3`). warnings: of importing it. traces: for
    each turn, from `Watching.traces`; None where nobody watched.
    """

    name: str
    order: Order | None = None
    warnings: Sequence[str] = ()
    run: Run | None = None
    error: str | None = None
    traces: Sequence[Sequence[RuleTrace]] | None = None
