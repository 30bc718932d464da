"""A comparison of two versions as it is printed: for a terminal, for a pull request, for programs, as a page.

Called by `ordinance diff`. What is said is `result`'s; a format lays it out and makes it safe for its medium.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TextIO, TypeAlias

from engine.diff.formats.html import html
from engine.diff.formats.human import human
from engine.diff.formats.json import json
from engine.diff.formats.markdown import markdown
from engine.diff.formats.result import Result

Format: TypeAlias = Callable[[Result, TextIO, bool], None]
"""The comparison, where to, and whether it takes colours."""

FORMATS: Mapping[str, Format] = {"human": human, "json": json, "markdown": markdown, "html": html}
