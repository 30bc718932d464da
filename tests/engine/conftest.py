"""The core in C, built once for all tests that ask for it, in a folder of theirs; where it cannot be, they are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.compile.core import building, loaded
from tests.engine.cores import looked_up_by


@pytest.fixture(scope="session")
def core_in_c(tmp_path_factory: pytest.TempPathFactory) -> Any:
    try:
        building.command()
    except building.CannotBuild as missing:
        pytest.skip(f"the core in C is not tested: {missing}")
    folder = tmp_path_factory.mktemp("core")
    building.built(folder)
    return loaded(folder)


@pytest.fixture(scope="module", params=["in Python", "in C"])
def both_cores(request: pytest.FixtureRequest) -> Iterator[None]:
    """The module's tests twice."""
    module = request.getfixturevalue("core_in_c") if request.param == "in C" else None
    with looked_up_by(module):
        yield
