"""The optional core in C: what `generated` does in Python, in a third of the time. It is used where it was built
(`python -m engine.compile.core`) from the very sources beside this file and for this very Python, unless
ORDINANCE_CORE=off; without it nothing changes but the time.

Called by `index`; `building` builds it. It asks the tables that Python's own asks, so what values mean has one home.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from engine.compile.generated import Generated
from engine.compile.looks import Closure, Entries, Field, Looks, Part, Walk

HERE = Path(__file__).parent
SOURCES = (HERE / "looks.c", HERE / "bits.h")
SUFFIX = EXTENSION_SUFFIXES[0]
NAME = f"{__name__}.looks"


def looks(parts: Sequence[Part], asks_nothing: int, layers: int, size: int) -> Looks:
    """The core's where it is in use, else Python's own."""
    core = in_use()
    if core is None:
        return Generated(parts, asks_nothing, layers, size)
    numbers = numbered(size.bit_length())
    return core.Looks(tuple(map(planned, parts)), asks_nothing, layers, size, numbers)  # type: ignore[no-any-return]


@cache
def in_use() -> Any:
    """The core's module, or None."""
    return None if switched_off() else loaded(HERE)


def switched_off() -> bool:
    return os.environ.get("ORDINANCE_CORE") == "off"


def loaded(folder: Path) -> Any:
    """The module that was built into that folder, or None."""
    path = folder / file_name()
    if not path.is_file():
        return None
    loader = ExtensionFileLoader(NAME, str(path))
    spec = spec_from_file_location(NAME, path, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def file_name() -> str:
    """Of these sources and this Python: what was built of others has another name, and is never loaded."""
    from hashlib import sha256  # late: most commands decide nothing

    of = sha256(sys.version.encode())
    for each in SOURCES:
        of.update(each.read_bytes())
    return f"looks-{of.hexdigest()[:16]}{SUFFIX}"


@cache
def numbered(bits: int) -> tuple[int, ...]:
    """Positions to be listed: the same objects for all events."""
    return tuple(range(1 << bits))


def planned(part: Part) -> tuple[int, tuple[str, ...], Any, Any, str | None, tuple[Any, ...]]:
    """As looks.c takes it: kind, steps, table, what is asked, name of what is in hand, what is below."""
    match part:
        case Field():
            return int(part.column.family == "list"), steps(part.way), part.column.table.memo, None, None, ()
        case Entries():
            return 2, steps(part.way), part.shapes, part.bits, None, part.few
        case Closure():
            return 3, (), {}, part.look, None, ()
        case Walk():
            in_hand = part.over if part.in_hand else None
            return 4, steps(f"{part.over}s"), {}, None, in_hand, tuple(map(planned, part.parts))


def steps(way: str) -> tuple[str, ...]:
    """Interned, as the models' own names are: found without comparing letters."""
    return tuple(map(sys.intern, way.split(".")))
