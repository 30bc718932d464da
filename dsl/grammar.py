"""Lark with the tables of `grammar.lark`, which take a second to make and are kept between runs.

Called by `dsl.parser`. They are kept as JSON (lark keeps its own with pickle, which runs what somebody else wrote), by
`dsl.disk`, which gives back only what is whole and the user's own; what cannot be read is made again, without a word.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

from dsl import disk, words

if TYPE_CHECKING:
    import lark

STARTS = ("statement", "part")


def build(builder: object) -> lark.Lark:
    """A parser whose matches the builder's methods turn into the tree."""
    where = disk.home()
    if where is None:
        return _made(builder)
    kept, name = disk.Disk(where), _name()
    data = kept.read(name)
    grammar = None if data is None else _read(data, builder)
    if grammar is None:
        grammar = _made(builder)
        kept.write(name, _written(grammar))
    return grammar


def _made(builder: object) -> lark.Lark:
    from lark import Lark

    return Lark(words.grammar(), parser="lalr", start=list(STARTS), keep_all_tokens=True, transformer=builder)


def _name() -> str:
    """Of the file, from all that the tables depend on."""
    import lark

    said = (lark.__version__, *map(str, sys.version_info[:2]), *STARTS, words.grammar())
    return f"grammar-{hashlib.sha256(' '.join(said).encode()).hexdigest()[:24]}"


# lark's own plain data, as it is in the parsers that it generates. JSON has no keys that are numbers; there are three maps
# with such keys.


def _written(grammar: lark.Lark) -> bytes:
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = grammar.memo_serialize([TerminalDef, Rule])
    del data["options"]["transformer"]
    return json.dumps([data, memo], separators=(",", ":")).encode()


def _read(data: bytes, builder: object) -> lark.Lark | None:
    from lark import Lark

    try:
        kept, memo = json.loads(data)
        table = kept["parser"]["parser"]
        table["tokens"] = _numbered(table["tokens"])
        table["states"] = {state: _numbered(row) for state, row in _numbered(table["states"]).items()}
        load: Any = Lark._load_from_dict
        grammar: lark.Lark = load(kept, _numbered(memo), transformer=builder)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return grammar


def _numbered(found: dict[str, Any]) -> dict[int, Any]:
    return {int(key): value for key, value in found.items()}
