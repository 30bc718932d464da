"""What a person should look at in a decision: in the JSON, in the story, and counted at the end."""

from __future__ import annotations

from collections.abc import Iterator

from actions.preparing.prepared import Refused
from engine.dry_run import Performed, Run


def refusal(performed: Performed) -> Refused | None:
    """Why nothing could be sent, found before the network. A rejection that the dry run was told of is none."""
    return performed.prepared if isinstance(performed.prepared, Refused) else None


def refused(performed: Performed) -> Iterator[str]:
    if why := refusal(performed):
        yield f"not submitted to {performed.effect.connection}: {why.message}"


def doubts(performed: Performed) -> Iterator[str]:
    """What is sent all the same, and should be looked at."""
    if performed.prepared is not None:
        yield from (f"{performed.effect.connection}: {warning}" for warning in performed.prepared.warnings)


def of_turn(run: Run, position: int) -> list[str]:
    """Its own problems, and all about the submissions that it began."""
    found = list(run.turns[position].problems)
    for performed in run.performed.get(position, ()):
        found += (*refused(performed), *doubts(performed))
    return found
