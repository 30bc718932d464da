"""The reference evaluator: slow and obviously right. Every other reader of rules is tested against it.

It walks the form as it stands, one rule after the other, and keeps what it read, so that it is also what explains a
decision. It shares nothing with the compiled program but missing values, folding and decimals (`dsl.values`).
Rooms: `reading` fields, `values` with tables, `conditions`, and `matcher`, which is what a turn asks.
"""

from __future__ import annotations

from engine.reference.conditions import Evaluator
from engine.reference.matcher import Reference, ReferenceMatcher

__all__ = ["Evaluator", "Reference", "ReferenceMatcher"]
