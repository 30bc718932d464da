"""Names that nearly match, and the sentence of a help that shows them.

Whoever finds an unknown name asks here: the checker, the loader of a folder, the command line. Which names may stand in
a place is the caller's to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from dsl.diagnostics import Fix
from dsl.schema import fold
from dsl.source import Span

FEW = 8
"""Up to so many choices are listed when none of them is near."""

NEAR = 1 / 3
"""A third of the letters may differ, and one letter always may."""

LONGEST = 200
"""No name that anyone mistypes is longer; comparing whole letters with each other would take for ever."""

SURELY = 1 / 5
"""Of a word of five letters one may differ, of ten two: `podOS EU` is not a slip for `podOS US`."""

_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
MOST = 2_000
"""Of more names none is looked for: many unknown names among many that are known would take for ever."""

_WORD = re.compile(r"\w+")


def _distance(name: str, choice: str) -> float | None:
    """0 is the same, up to `NEAR` nearly so; None is another name altogether."""
    if name == choice:
        return 0
    longest = max(len(name), len(choice))
    if longest > LONGEST:
        return None
    edits = OSA.distance(name, choice)
    share = edits / longest
    if share <= NEAR or (edits == 1 and longest > 1):
        return share
    words, others = sorted(_WORD.findall(name)), sorted(_WORD.findall(choice))
    if words == others and words:
        return NEAR  # the same words, otherwise put
    last = words and others and _WORD.findall(name)[-1] == _WORD.findall(choice)[-1]
    if last and "." in name and "." in choice:
        return NEAR + share  # `order.country` where it is `order.shipping.country`
    return None


@dataclass(frozen=True)
class _Choices:
    """Names to choose from, folded and by their words, so that a name is compared in Python with those alone that may be
    near it."""

    names: tuple[str, ...]
    folded: list[str]
    by_words: dict[tuple[str, ...], list[int]]
    by_last: dict[str, list[int]]


@lru_cache(maxsize=16)
def _prepared(names: tuple[str, ...]) -> _Choices:
    made = _Choices(names, [fold(each) for each in names], {}, {})
    for at, folded in enumerate(made.folded):
        words = _WORD.findall(folded)
        if words:
            made.by_words.setdefault(tuple(sorted(words)), []).append(at)
        if words and "." in folded:
            made.by_last.setdefault(words[-1], []).append(at)
    return made


def _few(choices: Iterable[str]) -> tuple[str, ...]:
    """The choices, each once; none of them where they are too many."""
    first = tuple(islice(choices, MOST + 1))
    return () if len(first) > MOST else tuple(dict.fromkeys(each for each in first if each.strip()))


def nearest(name: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices that are nearly `name`, the nearest first; capital letters and blanks at the ends count least."""
    wanted = fold(name)
    names = _few(choices)
    if not wanted or not names:
        return []
    prepared = _prepared(names)
    words = _WORD.findall(wanted)
    maybe = {*prepared.by_words.get(tuple(sorted(words)), ())}
    if words and "." in wanted:
        maybe.update(prepared.by_last.get(words[-1], ()))
    if len(wanted) <= LONGEST:
        share = 1 / 2 if len(wanted) < 3 else NEAR
        found = extract(
            wanted, prepared.folded, scorer=OSA.normalized_distance, score_cutoff=share + 1e-9, limit=None
        )
        maybe.update(at for _, _, at in found)
    ranked = []
    for at in maybe:
        distance = _distance(wanted, prepared.folded[at])
        if distance is not None:
            ranked.append((distance, names[at] != name, names[at]))
    if words and "." in wanted:
        # `order.customer.email` is no slip for `order.customer.state` where there is an `order.email`
        ranked = [each for each in ranked if _ends_alike(words[-1], fold(each[2]))] or ranked
    return [choice for _, _, choice in sorted(ranked)[:limit]]


def _ends_alike(last: str, choice: str) -> bool:
    return OSA.normalized_distance(last, _WORD.findall(choice)[-1]) <= NEAR


def near_fixes(
    span: Span, name: str, choices: Iterable[str], spelt: Callable[[str], str] = str
) -> tuple[Fix, ...]:
    """For an unknown name at a place: each of the nearest written instead. It is safe where one alone can hardly be another:
    word for word a slip of the keys, the same digits. spelt: how a choice is written there."""
    near = nearest(name, choices)
    sure = [each for each in near if _surely(fold(name), fold(each))]
    return tuple(Fix.write(span, spelt(each), safe=sure == [each]) for each in near)


def _surely(name: str, choice: str) -> bool:
    words, others = _WORDS.findall(name), _WORDS.findall(choice)
    if len(words) != len(others) or _DIGITS.findall(name) != _DIGITS.findall(choice):
        return "".join(words) == "".join(others)
    pairs = zip(words, others, strict=True)
    return all(OSA.distance(one, other) <= max(len(one), len(other)) * SURELY for one, other in pairs)


def listed(names: Iterable[str]) -> str:
    """In backticks, with commas between."""
    return ", ".join(f"`{name}`" for name in names)


def plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}es" if noun.endswith("x") else f"{noun}s"


def choices_help(noun: str, name: str, choices: Iterable[str]) -> str | None:
    """The help for an unknown name: the nearest of the choices, or all of them where they are at most eight, or nothing.

    `choices_help("folder", "SKU problem", folders)` is "a folder with a similar name exists: `SKU problems`".
    """
    choices = _few(choices)
    near = nearest(name, choices)
    if len(near) == 1:
        article = "an" if noun[0] in "aeio" else "a"
        return f"{article} {noun} with a similar name exists: {listed(near)}"
    if near:
        return f"{plural(noun)} with similar names exist: {listed(near)}"
    if len(choices) == 1:
        return f"the only {noun} is {listed(choices)}"
    if 0 < len(choices) <= FEW:
        return f"the {plural(noun)} are {listed(choices)}"
    return None
