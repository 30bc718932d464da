"""Tests as they are told: for a terminal, for programs, for build servers, as a page.

Called by `ordinance test`. What is said is `result`'s; a format lays it out and makes it safe for its medium.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TextIO, TypeAlias

from engine.testing.formats.html import html
from engine.testing.formats.human import human
from engine.testing.formats.json import json
from engine.testing.formats.junit import junit
from engine.testing.formats.result import Results

Format: TypeAlias = Callable[[Results, TextIO, bool], None]
"""The results, where to, and whether it takes colours."""

FORMATS: Mapping[str, Format] = {"human": human, "json": json, "junit": junit, "html": html}
