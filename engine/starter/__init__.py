"""The ruleset that `ordinance new` begins: the folder `base`, and one folder for each integration that is asked for.

An integration's folder has `connection.yaml`, its part of `connections:`, one rules file and perhaps a sample. Called by
the command, which writes the files; `tests/cli` holds every combination to check without a finding and pass its tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from events.jsontext import dumps

BASE = "base"


@cache
def choices() -> tuple[str, ...]:
    """The integrations that a ruleset may begin with."""
    found = (each.name for each in files(__name__).iterdir() if each.joinpath("connection.yaml").is_file())
    return tuple(sorted(found))


def starter(name: str, integrations: Sequence[str]) -> dict[str, str]:
    """The files of a new ruleset, by path. Rules of integrations come after those for every order, as they were asked for."""
    base = files(__name__).joinpath(BASE)
    parts = [files(__name__).joinpath(each) for each in integrations]
    connections = "".join(part.joinpath("connection.yaml").read_text("utf-8") for part in parts)
    made = {
        "ordinance.yaml": base.joinpath("ordinance.yaml")
        .read_text("utf-8")
        .replace("@name@", dumps(name))
        .replace("@connections@\n", f"connections:\n{connections}\n" if connections else ""),
        "README.md": base.joinpath("README.md").read_text("utf-8").replace("@name@", name),
        ".gitignore": base.joinpath("gitignore").read_text("utf-8"),
    }
    for number, part in enumerate([base, *parts], 1):
        made |= rules_and_samples(part, number)
    return made


def rules_and_samples(part: Traversable, number: int) -> dict[str, str]:
    """Rules files run in path order, so they are numbered."""
    made = {}
    for file in part.iterdir():
        if file.name.endswith(".rules"):
            made[f"rules/{number}-{file.name}"] = file.read_text("utf-8")
        elif file.name.endswith(".json"):
            made[f"samples/{file.name}"] = file.read_text("utf-8")
    return made
