"""The core in C, built once for all tests that ask for it, in a folder of theirs; where it cannot be, they are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.compile.core import building, loaded
from tests.engine.cores import looked_up_by


@pytest.fixture(scope="session")
def core_or_why_not(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The core's module; or CannotBuild where there is nothing to build it with."""
    try:
        building.command()
    except building.CannotBuild as missing:
        return missing
    folder = tmp_path_factory.mktemp("core")
    building.built(folder)
    return loaded(folder)


@pytest.fixture(scope="session")
def core_in_c(core_or_why_not: Any) -> Any:
    if isinstance(core_or_why_not, building.CannotBuild):
        pytest.skip(f"the core in C is not tested: {core_or_why_not}")
    return core_or_why_not


@pytest.fixture(scope="module", params=["in Python", "in C"])
def both_cores(request: pytest.FixtureRequest) -> Iterator[None]:
    """The module's tests twice."""
    module = request.getfixturevalue("core_in_c") if request.param == "in C" else None
    with looked_up_by(module):
        yield
