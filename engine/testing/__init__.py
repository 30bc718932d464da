"""Tests of rules: run, measured and written. Called by `ordinance test`.

Rooms: `running` one test with `expectations`, and of a failure the rules `concerned`; `coverage`, what tests saw of the
rules; `mutants` and `mutating`, whether they would notice a change of them; `recording` a test from a dry run; `watching`
files; `spread`, over processes where that pays; `formats`, how it is told.
"""

from __future__ import annotations

from engine.testing.running import CannotRun, Failure, Outcome, Runner, followed, given, run_test, selected

__all__ = ["CannotRun", "Failure", "Outcome", "Runner", "followed", "given", "run_test", "selected"]
