"""The line above each rule, *fires for 3 of 12 samples*, and what is known of samples for each state of a ruleset.

Called by `server` from two threads: `find_out` from the one that tries samples, everything else from the desk. The counting
is `lens`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from dsl.diagnostics import Diagnostic
from engine.firing import Fired, Outdated, fired
from engine.lsp.lens import title, told
from engine.lsp.live import Live
from engine.lsp.walk import walk
from engine.lsp.workspace import Place
from engine.opened import Opened
from engine.samples import sample_findings
from events.importers import Imported

COMMAND = "ordinance.samples"


@dataclass(frozen=True)
class Asked:
    """A ruleset as it stood, to be tried. opened: None where it has errors, and nothing can be decided."""

    live: Live
    revision: int
    opened: Opened
    samples: Sequence[Imported]
    decidable: bool


@dataclass(frozen=True)
class Known:
    revision: int
    fired: Fired | None
    findings: tuple[Diagnostic, ...]


class Lenses:
    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Live, Known] = WeakKeyDictionary()
        self._lock = Lock()

    def asked(self, live: Live) -> Asked | None:
        """What is to be found out; None where it is known already."""
        known = self._known.get(live)
        if live.root is None or (known is not None and known.revision == live.revision):
            return None
        return Asked(live, live.revision, live.opened, live.samples, not live.opened.checked.errors)

    def find_out(self, asked: Asked) -> bool:
        """Whether it was found out; not where the ruleset is another meanwhile."""
        live = asked.live
        try:
            counts = None
            if asked.decidable:
                counts = fired(asked.opened, asked.samples, lambda: live.revision == asked.revision)
        except Outdated:
            return False
        found = tuple(sample_findings(asked.opened))
        with self._lock:
            self._known[live] = Known(asked.revision, counts, found)
        return True

    def about_samples(self, live: Live) -> tuple[Diagnostic, ...]:
        """Findings in samples, as last looked at."""
        with self._lock:
            known = self._known.get(live)
        return known.findings if known is not None else ()

    def of(self, place: Place) -> list[types.CodeLens]:
        """Of the rules of a file. Until samples were tried again, what was found before is shown; with errors nothing."""
        live = place.live
        with self._lock:
            known = self._known.get(live)
        if known is None or known.fired is None or live.opened.checked.errors:
            return []
        found = []
        for stretch in live.stretches(place.path):
            for mark in stretch.marks[:1]:
                if mark.role == "rule" and mark.defines:
                    where = place.range(stretch.start + mark.start, stretch.start + mark.end)
                    command = types.Command(
                        _said(known.fired, mark.name, stretch.text), COMMAND, arguments=[place.uri, mark.name]
                    )
                    found.append(types.CodeLens(where, command))
        return found

    def told(self, place: Place | None, rule: str) -> str:
        if place is None:
            return ""
        with self._lock:
            known = self._known.get(place.live)
        if known is None or known.fired is None:
            return "samples are tried when the rules have no errors"
        return told(known.fired, rule)


def _said(counts: Fired, rule: str, text: str) -> str:
    if any(token.type == "OFF" for token in walk(text).tokens[:12]):
        return "switched off"
    return title(counts, rule)


def request_failed(sentence: str) -> JsonRpcException:
    """An answer that is a refusal."""
    return JsonRpcException(sentence, types.LSPErrorCodes.RequestFailed.value)
