"""Another name for a table, a list, a definition, a rule or a test, in all files at once.

Called by `server`. What would clash, or is named outside the ruleset, is refused with a sentence that says why and what to
do instead; nothing is changed then.
"""

from __future__ import annotations

import re

from lsprotocol import types

from dsl import texts, words
from dsl.schema import fold
from engine.lsp.live import Live
from engine.lsp.names import CONFIGURED, Named, named, spots
from engine.lsp.text import Text
from engine.lsp.walk import walk
from engine.lsp.workspace import Place

_WORD = re.compile("[A-Za-z_][A-Za-z0-9_]*")
LONGEST = 200
_NOUNS = {"definition": "definition", "list": "list", "table": "table", "rule": "rule", "test": "test"}


class Refused(Exception):
    """A sentence for whoever wanted another name."""


def prepare(place: Place) -> types.PrepareRenamePlaceholder | None:
    """What would be renamed; None where the cursor is on no name. Raises Refused."""
    found = named(place)
    if found is None:
        return None
    _ours(found)
    start, end = _inside(found)
    return types.PrepareRenamePlaceholder(place.range(start, end), found.name)


def rename(place: Place, new: str) -> dict[str, list[types.TextEdit]]:
    """Edits by document. Raises Refused."""
    found = named(place)
    if found is None:
        raise Refused(
            "there is no name here; put the cursor on the name of a rule, table, list or definition"
        )
    _ours(found)
    written = _written(place.live, found, new)
    _all_read(place.live, found.name)
    edits: dict[str, list[types.TextEdit]] = {}
    for spot in spots(place.live, found):
        where = place.location(spot.path, spot.start, spot.end)
        edits.setdefault(where.uri, []).append(types.TextEdit(where.range, written))
    return edits


def _ours(found: Named) -> None:
    if found.thing == "folder":
        raise Refused(
            f"orders lie in the folder `{found.name}`: make the new folder in ordinance.yaml, move the orders, then "
            "change the rules"
        )
    if found.thing in CONFIGURED:
        raise Refused(
            f"`{found.name}` is named in ordinance.yaml, and known outside the rules; change it there"
        )
    if found.thing == "file":
        raise Refused(f"`{found.name}` is a file; rename the file, then its name here")
    if found.thing == "tag":
        raise Refused(f"orders carry the tag `{found.name}`, and rules cannot rename it there")
    if found.thing in ("field", "key"):
        raise Refused(f"`{found.name}` is a name of the order's own, not one of this ruleset")


def _all_read(live: Live, name: str) -> None:
    """What cannot be read may hold the name, and would keep the old one."""
    word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", re.IGNORECASE)
    for path in live.paths:
        for stretch in live.stretches(path):
            if word.search(stretch.text) and not walk(stretch.text).whole:
                line = Text(live.text(path)).position(stretch.start).line + 1
                raise Refused(
                    f"a mistake in {path} hides part of what stands from line {line} on; mend it first"
                )


def _written(live: Live, found: Named, new: str) -> str:
    """The new name as it is written, with its quotes where it has some."""
    if found.thing in ("rule", "test"):
        title = said(new)
        if not title or len(title) > LONGEST or "\n" in title:
            raise Refused(f"a title is text on one line, of at most {LONGEST} characters")
        others = [each for each, _ in live.titles(found.thing) if fold(each) != fold(found.name)]
        if any(fold(each) == fold(title) for each in others):
            raise Refused(f"there is a {found.thing} `{title}` already; a title stands for one {found.thing}")
        return texts.plain(title)
    if _WORD.fullmatch(new) is None:
        raise Refused(f"`{new}` is no name: a name is letters, digits and `_`, and begins with a letter")
    if found.thing != "table" and words.taken(new):
        raise Refused(f"`{new}` is a word of the language and cannot be a name; `my_{new}` can")
    for role in ("definition", "list", "table"):
        if new != found.name and live.has(role, new):
            raise Refused(
                f"there is a {role} `{new}` already; tables, lists and definitions share their names"
            )
    return new


def said(new: str) -> str:
    """Somebody may type the quotes as well."""
    new = new.strip()
    return new[1:-1].strip() if len(new) > 1 and new[0] == new[-1] == '"' else new


def _inside(found: Named) -> tuple[int, int]:
    """Without the quotes."""
    return (found.start + 1, found.end - 1) if found.thing in ("rule", "test") else (found.start, found.end)
