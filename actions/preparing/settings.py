"""A connection's settings as preparing reads them: text, names and tables, whatever YAML made of them.

The catalogue has checked them beforehand; here `1000: PRT-X` is text on both sides, and Order Desk's own way of writing
a table (a line each, `old=new`) is read too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl.schema import ConnectionSpec
from dsl.values import fold, plain, present


def text(connection: ConnectionSpec, name: str) -> str:
    """Blank where it is not set, or is a list or a table."""
    value = present(connection.settings.get(name))
    many = isinstance(value, (Mapping, Sequence)) and not isinstance(value, str)
    return "" if many else _plain(value)


def names(connection: ConnectionSpec, name: str) -> tuple[str, ...]:
    """A list, or text with a name on each line or commas between."""
    value = present(connection.settings.get(name))
    if isinstance(value, str):
        return tuple(part.strip() for part in value.replace(",", "\n").splitlines() if part.strip())
    if isinstance(value, Sequence):
        return tuple(_plain(member) for member in value if present(member) is not None)
    return () if value is None or isinstance(value, Mapping) else (_plain(value),)


def table(connection: ConnectionSpec, name: str) -> dict[str, str]:
    """What stands on the left to what stands on the right."""
    value = present(connection.settings.get(name))
    if isinstance(value, str):
        lines = [line.partition("=") for line in value.splitlines()]
        pairs = [(left.strip(), right.strip()) for left, _, right in lines]
    elif isinstance(value, Mapping):
        pairs = [(_plain(left), _plain(right)) for left, right in value.items()]
    else:
        pairs = []
    return {left: right for left, right in pairs if left and right}


def matched(entries: Mapping[str, str], name: str) -> str | None:
    """The entry of that name: as written first, then without regard to case and blanks at the ends."""
    if name in entries:
        return entries[name]
    wanted = fold(name)
    return next((value for key, value in entries.items() if fold(key) == wanted), None)


def _plain(value: object) -> str:
    return (plain(value) or "").strip()
