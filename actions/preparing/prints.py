"""The prints of an item: `print_url` and its numbered forms, each with its location and preview.

`print_url` and `print_url_1` are the same print. A link that is none is found here, before a printer refuses it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from actions.preparing.details import Chosen, find, places
from actions.preparing.prepared import Print
from actions.preparing.spec import Prints
from dsl.values import fold
from events.failure import Failure, FailureKind

_NUMBERED = re.compile(r"(.+)_([1-9][0-9]{0,2})")


def prints_of(chosen: Chosen, spec: Prints) -> tuple[Print, ...]:
    """In the order of their numbers; none where the item carries no print field."""
    fields = (spec.url, spec.location, spec.preview)
    numbers = {1}
    for _, entries in places(chosen):
        for key in entries:
            numbered = _NUMBERED.fullmatch(fold(key))
            if numbered and numbered[1] in fields:
                numbers.add(int(numbered[2]))
    found = (Print(n, *(_value(chosen, name, n) for name in fields)) for n in sorted(numbers))
    return tuple(p for p in found if p.url or p.location or p.preview)


def _value(chosen: Chosen, field: str, number: int) -> str:
    found = find(chosen, f"{field}_{number}", *([field] if number == 1 else []))
    return found.value if found else ""


def name_of(field: str, number: int) -> str:
    return field if number == 1 else f"{field}_{number}"


def check_prints(chosen: Chosen, prints: tuple[Print, ...], spec: Prints) -> tuple[list[Failure], list[str]]:
    """What is wrong with an item's prints, and what is worth a warning."""
    failures: list[Failure] = []
    warnings: list[str] = []
    for one in prints:
        field = name_of(spec.url, one.number)
        if one.url and not is_link(one.url):
            message = f"{field} of {chosen.title} is `{one.url}`, which is not a link (https://...)"
            failures.append(Failure(FailureKind.INVALID_ARTWORK, message, (chosen.key,)))
        elif one.url and re.search(r"\s", one.url):
            warnings.append(f"{field} of {chosen.title} has a blank in it; %20 in its place is surer")
        elif not one.url and one.number > 1:
            message = f"{chosen.title} has no {field} for {name_of(spec.location, one.number)}"
            failures.append(Failure(FailureKind.MISSING_PRINT_DETAILS, message, (chosen.key,)))
    plain, first = find(chosen, spec.url), find(chosen, f"{spec.url}_1")
    if plain and first and plain.value != first.value and plain.origin == first.origin:
        warnings.append(f"{chosen.title} has {spec.url} and {spec.url}_1, which differ; {spec.url}_1 is sent")
    return failures, warnings


def is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
