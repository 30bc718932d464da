"""What people and programs see of a decision: one file for each format, one story that all the readable ones tell.

Called by the commands that decide orders (`dry-run`, `why`, `diff`). A format is begun, given one order after the other,
and ended; it keeps nothing of an order that it has written. What happened is `engine.dry_run`'s and `engine.explain`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.show.format import Format, Options
from engine.show.html import Html
from engine.show.human import Human
from engine.show.lines import Json
from engine.show.markdown import Markdown
from engine.show.shown import Shown
from engine.show.tally import Tally
from engine.show.why import why

__all__ = ["Format", "Options", "Shown", "Tally", "formats", "why"]

_FORMATS: Mapping[str, type[Format]] = MappingProxyType(
    {"human": Human, "json": Json, "markdown": Markdown, "html": Html}
)


def formats() -> Mapping[str, type[Format]]:
    """By the name that `--format` has for them."""
    return _FORMATS
