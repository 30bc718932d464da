"""The most that a printer takes in one order."""

from __future__ import annotations

import pytest

from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared, Refused
from actions.preparing.spec import Limits
from events.failure import FailureKind
from tests.actions.preparing_orders import order, pov, ready, spec_of


def tried(items: int, pieces: int, limits: Limits) -> Prepared | Refused:
    lines = [ready(number, quantity=1) for number in range(1, items)]
    lines.append(ready(items, quantity=pieces - items + 1))
    return prepare(order(*lines), pov(), {}, spec_of("pov").model_copy(update={"limits": limits}))


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(items=3), Limits(quantity=10), Limits(items=3, quantity=10)]
)
def test_an_order_up_to_the_limit_is_sent(limits: Limits) -> None:
    assert isinstance(tried(3, 10, limits), Prepared)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(items=2), "the order has 3 items, and POV takes at most 2 in one order: split it"),
        (Limits(quantity=9), "the order has 10 pieces, and POV takes at most 9 in one order: split it"),
    ],
)
def test_a_larger_order_is_refused_and_the_way_out_is_said(limits: Limits, said: str) -> None:
    result = tried(3, 10, limits)
    assert isinstance(result, Refused)
    assert [(f.kind, f.message) for f in result.failures] == [(FailureKind.REJECTED, said)]


def test_what_the_customer_paid_for_shipping_goes_with_it() -> None:
    result = prepare(order(ready(), shipping_total="4.90"), pov(), {}, spec_of("pov"))
    assert isinstance(result, Prepared)
    assert str(result.shipping_total) == "4.90"
