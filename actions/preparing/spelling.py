"""How names and values of variations are compared: case, blanks, hyphens, and the spellings that shops mix.

`Colour` and `Color` are one attribute, WooCommerce's `pa_color` too; `Navy-Blue` is `navy blue`, `Grey` is `gray`, and
for sizes `2XL` is `XXL` and `Medium` is `M`. Nothing here guesses a misspelling.
"""

from __future__ import annotations

import re

from dsl.values import fold

_GAP = re.compile(r"[\s_\-]+")
_PREFIX = re.compile(r"^(?:attribute )?pa (?=.)|^attribute (?=.)")
_BRITISH = {"colour": "color", "colours": "color", "colors": "color", "grey": "gray", "sizes": "size"}
_WORD_SIZES = {"small": "s", "medium": "m", "med": "m", "large": "l"}
_EXTRA = re.compile(r"(?:([2-9]) ?)?(x+|extra) ?(s|small|l|large)?")

COMBINED = frozenset({"variant", "variant title", "variation", "title", "option", "options"})
"""Names under which carts put all the options in one text: `Black / M`."""


def _words(text: str) -> str:
    return " ".join(_BRITISH.get(word, word) for word in _GAP.sub(" ", fold(text)).strip().split())


def attribute(name: str) -> str:
    return _words(_PREFIX.sub("", _GAP.sub(" ", fold(name)).strip()))


def value(attribute_name: str, text: str) -> str:
    """`attribute_name` as `attribute` gives it."""
    words = _words(text)
    return _size(words) if attribute_name.rpartition(" ")[2] == "size" else words


def _size(words: str) -> str:
    if words in _WORD_SIZES:
        return _WORD_SIZES[words]
    extra = _EXTRA.fullmatch(words)
    if extra is None or not (extra[1] or extra[3]):
        return words
    times = int(extra[1]) if extra[1] else 1 if extra[2] == "extra" else len(extra[2])
    end = (extra[3] or "l")[0]
    return f"{times}x{end}" if times > 1 else f"x{end}"


def pieces(combined: str) -> list[str]:
    """`Black / M` as its options."""
    return [piece.strip() for piece in re.split(r"\s/\s|/|,|\|", combined) if piece.strip()]
