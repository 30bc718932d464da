"""podOS passes the contract kit against its sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.actions.contract_kit import ContractKit, Subject
from tests.actions.podos.world import podos


class TestPodos(ContractKit):
    @pytest.fixture
    def subject(self) -> Iterator[Subject]:
        with podos() as world:
            yield world
