"""Bugs planted in the compiled program are caught by comparing it with the reference: the comparison can fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from engine.compile import columns, index, predicates, reads, tables, unary, values
from tests.engine.test_agreement import compare

Plant = Callable[[pytest.MonkeyPatch], None]


def a_bound_counts_where_it_should_not(patch: pytest.MonkeyPatch) -> None:
    right = unary.ordered_less
    patch.setattr(unary, "ordered_less", lambda family, bound, or_equal: right(family, bound, not or_equal))


def writes_are_not_looked_up_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(index.Index, "concerned", lambda self, path: ())


def the_variation_is_asked_before_the_metadata(patch: pytest.MonkeyPatch) -> None:
    right = reads.print_places
    patch.setattr(reads, "print_places", lambda item, view: right(item, view)[::-1])


def every_item_is_any_item(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(predicates, "of_every", predicates.of_some)


def the_last_row_of_a_table_wins(patch: pytest.MonkeyPatch) -> None:
    def last(self: tables.Table, inputs: list[Any], view: Any) -> int | None:
        wide = range(len(self.form.inputs))
        met = [
            number
            for number, (cells, _) in enumerate(self.form.rows)
            if all(self.met(cells[i], inputs[i], i, view) for i in wide)
        ]
        return met[-1] if met else None

    patch.setattr(tables.Table, "row", last)


def a_missing_value_meets_what_is_not(patch: pytest.MonkeyPatch) -> None:
    right = columns.TextTable.settled
    patch.setattr(columns.TextTable, "settled", lambda self, met: right(self, met) & ~self.unmet)


def the_largest_is_the_smallest(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(values.COMBINED, "largest", values.smallest)  # type: ignore[arg-type]


PLANTED: list[Plant] = [
    a_bound_counts_where_it_should_not,
    writes_are_not_looked_up_again,
    the_variation_is_asked_before_the_metadata,
    every_item_is_any_item,
    the_last_row_of_a_table_wins,
    a_missing_value_meets_what_is_not,
    the_largest_is_the_smallest,
]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_caught(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="rule"):
        many_pairs(Random("planted"))


def many_pairs(random: Random) -> None:
    for _ in range(300):
        compare(random, 15, Counter(), [None])
