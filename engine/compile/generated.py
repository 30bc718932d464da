"""An event's parts looked up by one function, written as source and compiled: a closure for each column takes twice as
long. Nothing but our own names and those of the models' fields stand in it.

Made by `index` where the optional core is not in use. What the parts are is `looks`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, reduce
from itertools import count
from operator import or_
from typing import Any, TypeAlias

from engine.compile.looks import Closure, Entries, Field, Look, Part, Walk
from engine.compile.view import View


class Generated:
    """The `Looks` in Python."""

    def __init__(self, parts: Sequence[Part], asks_nothing: int, layers: int, size: int) -> None:
        all_hold = every_layer(layers, size)
        self.looks = [look_of(part) for part in parts]
        self.first = together(parts, self.looks, asks_nothing, all_hold)
        self._places = [places(byte) for byte in range(min(size + 7 >> 3, MOST_PLACES))]
        self._asks_nothing = asks_nothing
        self._all_hold: Callable[[int], int] = made(["def look(found):", f"    return {all_hold}"], {})

    def positions(self, view: View) -> list[int]:
        return listed(self.first(view)[0], self._places)

    def again(self, part: int, view: View) -> int:
        return self.looks[part](view)

    def candidates(self, held: Iterable[int]) -> int:
        return self._all_hold(reduce(or_, held, self._asks_nothing))


def look_of(part: Part) -> Look:
    """A part looked up by itself."""
    names: dict[str, Any] = {}
    match part:
        case Field():
            return made(["def look(view):", f"    return {asked(part, 'view.order', names)}"], names)  # type: ignore[no-any-return]
        case Walk():
            return made(["def look(view):", *indented(walked(part, names)), "    return found"], names)  # type: ignore[no-any-return]
        case _:
            return part.look


def together(
    parts: Sequence[Part], looks: Sequence[Look], asks_nothing: int, all_hold: str
) -> Callable[[View], tuple[int, tuple[int, ...]]]:
    """All parts at once: `all_hold`, an expression of what was `found` by all of them; and what each of them gave."""
    names: dict[str, Any] = {"asks_nothing": asks_nothing}
    lines: list[str] = []
    for i, (part, look) in enumerate(zip(parts, looks, strict=True)):
        match part:
            case Field():
                lines.append(f"held{i} = {asked(part, 'order', names)}")
            case Walk():
                lines += [*walked(part, names), f"held{i} = found"]
            case _:
                lines.append(f"held{i} = {named(names, look)}(view)")
    held = [f"held{i}" for i in range(len(parts))]
    lines.append(f"found = {' | '.join(['asks_nothing', *held])}")
    lines.append(f"return {all_hold}, ({', '.join([*held, ''])})")
    return made(["def look(view):", "    order = view.order", *indented(lines)], names)  # type: ignore[no-any-return]


def asked(part: Field, root: str, names: dict[str, Any]) -> str:
    """An expression of what the field makes true."""
    value = f"{root}.{part.way}"
    if part.column.family == "list":
        value = f"(*{value},)"
    return f"{named(names, part.column.table.memo)}[{value}]"


def walked(walk: Walk, names: dict[str, Any]) -> list[str]:
    """Lines after which `found` is what any item (shipment) of the view's order makes true."""
    lines: list[str] = []
    for part in walk.parts:
        match part:
            case Field():
                lines.append(f"found |= {asked(part, 'subject', names)}")
            case Entries():
                lines += entered(f"subject.{part.way}", part, names)
            case Closure():
                lines.append(f"found |= {named(names, part.look)}(view)")
    begun = ["found = 0", f"for subject in view.order.{walk.over}s:"]
    if not walk.in_hand:
        return [*begun, *indented(lines)]
    held = [f"before = view.{walk.over}", *begun, f"    view.{walk.over} = subject"]
    return [*held, *indented(lines), f"view.{walk.over} = before"]


def entered(entries: str, part: Entries, names: dict[str, Any]) -> list[str]:
    """Lines that add to `found` what a map's entries make true. A few that are all there as texts, each under its own
    spelling, are asked at once; of all others their shape tells."""
    slow = f"found |= {named(names, part.bits)}({entries})"
    if not part.few:
        return [slow]
    values = {key: f"value{i}" for i, key in enumerate(dict.fromkeys(key for key, _ in part.few))}
    known = " | ".join(f"{named(names, memo)}[{values[key]}]" for key, memo in part.few)
    return [
        f"get = {entries}.get",
        *[f"{value} = get({named(names, key)})" for key, value in values.items()],
        f"if {' and '.join(f'{value}.__class__ is str' for value in values.values())}:",
        f"    found |= {known}",
        f"else: {slow}",
    ]


def every_layer(layers: int, size: int) -> str:
    """An expression of the bits `found`: the rules of which the clauses of all layers hold. The last layer first: it is as
    short as the answer, and so is then all that is worked out."""
    if not layers:
        return f"(1 << {size}) - 1"
    return " & ".join(f"(found >> {layer * size})" for layer in reversed(range(layers)))


def indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def named(names: dict[str, Any], value: Any) -> str:
    """A name of its own for what a source speaks of."""
    name = f"known{len(names)}"
    names[name] = value
    return name


def made(source: Sequence[str], names: dict[str, Any]) -> Any:
    """The function `look` of a source in which only our own names and those of the models' fields stand."""
    exec("\n".join(source), names)
    return names["look"]


BYTES = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]

MOST_PLACES = 64
"""Bytes of which is kept what positions each of their values stands for: 22 KB each, once for all events."""

FEW = 16
"""Bits for one that is set."""


Places: TypeAlias = list[tuple[int, ...]]


@cache
def places(byte: int) -> Places:
    """The positions that are set, for each value of that byte."""
    return [tuple(8 * byte + bit for bit in bits) for bits in BYTES]


def listed(bits: int, places: Sequence[Places]) -> list[int]:
    """The positions of the bits that are set: few of them one by one, many by bytes, as far as there are `places`."""
    positions: list[int] = []
    if bits.bit_count() * FEW <= bits.bit_length():
        while bits:
            lowest = bits & -bits
            positions.append(lowest.bit_length() - 1)
            bits ^= lowest
        return positions
    found = bits.to_bytes(bits.bit_length() + 7 >> 3, "little")
    if len(found) > len(places):
        return [base + bit for base, byte in zip(count(0, 8), found) if byte for bit in BYTES[byte]]
    for here, byte in zip(places, found, strict=False):
        if byte:
            positions += here[byte]
    return positions
