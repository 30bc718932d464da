"""What is described is an adapter like any other: POV and SPOD pass the contract kit against their sandboxes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.provider import NotFound
from events.outcome import Done
from tests.actions.contract_kit import ContractKit, Subject
from tests.actions.declarative.world import subject as beside_its_sandbox


class TestPov(ContractKit):
    @pytest.fixture
    def subject(self) -> Iterator[Subject]:
        with beside_its_sandbox("pov") as world:
            yield world


class TestSpod(ContractKit):
    @pytest.fixture
    def subject(self) -> Iterator[Subject]:
        with beside_its_sandbox("spod") as world:
            yield world

    def test_it_is_found_even_where_what_was_saved_is_lost(self, subject: Subject) -> None:
        """SPOD cannot be searched. What is found instead: no order is confirmed before its number is saved, so that
        without a saved number there is at most a draft, which is never printed."""
        saved_before_confirming: list[bool] = []
        keep = subject.save

        def save(steps: object) -> None:
            saved_before_confirming.append(subject.accepted() == {})
            keep(steps)  # type: ignore[arg-type]

        subject.save = save  # type: ignore[method-assign]
        assert isinstance(subject.submit(), Done)
        assert saved_before_confirming == [True]
        subject.fresh()
        subject.server.fail("timeout-after.create")
        subject.submit()
        assert subject.saved == {}
        assert isinstance(subject.reconcile(), NotFound)
        assert isinstance(subject.settled(), Done)
        assert subject.accepted() == {"1001.1": 1}
