"""The core in C beside Python's own: the same of any bits, of any values and where something fails; used where it was
built, and only there; and building it says what is missing."""

from __future__ import annotations

import gc
import sys
import sysconfig
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import form as f
from engine.compile import Program, core
from engine.compile.core import __main__ as command
from engine.compile.core import building
from engine.compile.generated import Generated
from engine.compile.looks import Closure, Looks
from engine.compile.view import View
from events.order import Item, Order
from tests.engine.compile_forms import EVENT, entry, facts_of, field, number, order_of, program_of, rule, text
from tests.engine.cores import looked_up_by

NOTHING: Any = SimpleNamespace(order=SimpleNamespace())


@st.composite
def layered(draw: Any) -> tuple[int, int, int, list[int]]:
    """Layers, rules, and bits of their clauses: those that ask nothing, and what each part gives."""
    layers, size = (
        draw(st.integers(0, 6)),
        draw(st.sampled_from([0, 1, 2, 29, 30, 31, 59, 60, 61, 90, 500, 2000])),
    )
    bits = st.integers(0, (1 << layers * size) - 1)
    dense = st.lists(bits, min_size=2, max_size=4).map(lambda some: some[0] | some[1] | some[-1])
    return layers, size, draw(bits), draw(st.lists(dense, max_size=4))


@given(layered())
def test_the_same_of_any_bits(core_in_c: Any, given_: tuple[int, int, int, list[int]]) -> None:
    layers, size, asks_nothing, held = given_
    parts = [Closure(lambda _, bits=bits: bits, frozenset()) for bits in held]  # type: ignore[misc]
    ours: Looks = Generated(parts, asks_nothing, layers, size)
    with looked_up_by(core_in_c):
        its = core.looks(parts, asks_nothing, layers, size)
    assert isinstance(its, core_in_c.Looks)
    assert its.candidates(held) == ours.candidates(held)
    assert its.candidates(tuple(held)) == ours.candidates(held)
    assert its.first(NOTHING) == ours.first(NOTHING) == (ours.candidates(held), tuple(held))
    assert its.positions(NOTHING) == ours.positions(NOTHING)
    assert [its.again(part, NOTHING) for part in range(len(held))] == held


class Text(str):
    """Equal to a text, and none."""


class Stubborn:
    def __hash__(self) -> int:
        raise ValueError("no hash")


RULES = [
    rule(f.Equal("text", field("order.folder"), text("New"))),
    rule(f.Not(f.Equal("text", field("order.shipping.country"), text("US")))),
    rule(f.Less("amount", number("5"), field("order.order_total"))),
    rule(f.HasMember(field("order.tags"), text("rush"))),
    rule(f.Not(f.HasMember(field("order.tags"), text("b2b")))),
    rule(f.Present(entry("order.checkout_data", "gift"))),
    rule(f.Not(f.Present(entry("order.checkout_data", "x")))),
    rule(f.Equal("text", entry("order.order_metadata", "k"), text("v"))),
    rule(f.Quantified("any", "item", f.Equal("text", field("item.code"), text("TEE-1")))),
    rule(f.Quantified("any", "item", f.Equal("text", entry("item.metadata", "x"), text("a")))),
    rule(f.Quantified("any", "item", f.Equal("text", entry("item.variation_list", "Size"), text("L")))),
    rule(f.Quantified("any", "item", f.Present(entry("item.variation_list", "Color")))),
    rule(f.Quantified("any", "item", f.Matches(f.Read("item", ("print_url",), "print", field("item.x").type), "a"))),
    rule(f.Quantified("every", "item", f.Equal("text", field("item.code"), text("TEE-1")))),
    rule(f.Quantified("any", "shipment", f.Present(field("shipment.tracking_number")))),
    rule(f.Less("amount", number("1"), f.Aggregate("number", "item", None, None))),
]  # fmt: skip

ODD: list[Any] = [
    None, "", " ", "\u3000", "New", "new ", Text("New"), "US", "rush", "TEE-1", "L", "a", "é", "x" * 300, True, False, 0, 7, 2**70,
    -1, 6.5, Decimal("5.1"), Decimal("NaN"), Decimal("sNaN"), b"New", (), [], {}, ["rush"], ["b2b", 1], [["x"]], [None], {"a": 1},
    {1, 2}, Stubborn(),
]  # fmt: skip
KEYS = ["gift", "Gift", "GIFT ", "x", "X", "k", "Size", "size", "Color", "print_url", Text("k"), ""]
odd = st.one_of(st.integers(0, len(ODD) - 1).map(ODD.__getitem__), st.text(max_size=3))
keys = st.integers(0, len(KEYS) - 1).map(KEYS.__getitem__)
maps = st.one_of(st.none(), st.lists(st.tuples(keys, odd), max_size=4).map(dict))
things = st.one_of(
    odd,
    st.builds(
        lambda code, metadata, variations: Item.model_construct(
            id="1", code=code, metadata=metadata, variation_list=variations
        ),
        odd, maps, maps,
    ),
)  # fmt: skip
changes = st.fixed_dictionaries(
    {},
    optional={
        "folder": odd, "shipping": odd, "order_total": odd, "tags": odd, "checkout_data": maps, "order_metadata": maps,
        "items": st.one_of(odd, st.lists(things, max_size=3), st.lists(things, max_size=3).map(tuple)),
        "shipments": odd,
    },
)  # fmt: skip


def outcome(ask: Callable[..., Any], *given: Any) -> Any:
    """What it gives, or that it is a mistake."""
    try:
        return ask(*given)
    except Exception:  # noqa: BLE001
        return "a mistake"


def odd_order(values: dict[str, Any]) -> Order:
    order = order_of()
    order.__dict__.update(values)
    return order


@given(st.lists(changes, min_size=1, max_size=4))
def test_the_same_of_values_that_no_order_has(core_in_c: Any, given_: list[dict[str, Any]]) -> None:
    """Whatever Python's own makes of them, a mistake too; and orders after it are decided as if nothing had been."""
    ours, its = program_of(*RULES), program_of(*RULES)
    for values in [*given_, {}]:
        order = odd_order(values)
        expected = outcome(ours.met, facts_of(order))
        with looked_up_by(core_in_c):
            assert outcome(its.met, facts_of(order)) == expected
        own, other = looks_of(ours), looks_of(its)
        assert isinstance(own, Generated)
        assert isinstance(other, core_in_c.Looks)
        assert outcome(other.first, view_of(order)) == outcome(own.first, view_of(order))


def looks_of(program: Program) -> Looks:
    return program._events[EVENT.id].index.looks


def view_of(order: Order) -> View:
    return View(facts_of(order))


@pytest.fixture
def in_c(core_in_c: Any) -> Iterator[Any]:
    with looked_up_by(core_in_c):
        yield core_in_c


def test_memos_forget_while_they_are_asked(in_c: Any) -> None:
    """Each value of an order drives out all that the table knew of those before it."""
    codes = [f"sku-{i}" for i in range(60)]
    program = program_of(
        *[
            rule(f.Quantified("any", "item", f.Equal("text", field("item.code"), text(code))))
            for code in codes
        ]
    )
    order = order_of(order_items=[{"id": code, "code": code.upper()} for code in codes[:50]])
    program.met(facts_of(order))
    (table,) = program._events[EVENT.id].index.tables
    table.most = 1
    table.memo.clear()
    for _ in range(3):
        assert program.met(facts_of(order)) == list(range(50))
        assert len(table.memo) == 1


def test_what_python_raises_is_handed_on(in_c: Any) -> None:
    parts = [Closure(lambda view: 1 // view.item, frozenset())]
    looks = core.looks(parts, 0, 1, 1)
    view = SimpleNamespace(order=SimpleNamespace(), item=0)
    for ask in (looks.first, looks.positions, lambda view: looks.again(0, view)):
        view.item = 0
        with pytest.raises(ZeroDivisionError):
            ask(view)  # type: ignore[operator]
        view.item = 1
        ask(view)  # type: ignore[operator]
    assert looks.positions(view) == [0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gives", "error"), [(None, TypeError), ("1", TypeError), (-1, OverflowError), (1 << 200, OverflowError)]
)
def test_what_are_no_bits_of_these_rules_is_refused(in_c: Any, gives: Any, error: type[Exception]) -> None:
    looks = core.looks([Closure(lambda view: gives, frozenset())], 0, 2, 40)
    with pytest.raises(error):
        looks.first(NOTHING)
    with pytest.raises(error):
        looks.candidates([gives])


@pytest.mark.parametrize(
    "parts",
    [
        ("field",),
        ((0, (), None, None, None, ()),),
        ((9, (), {}, None, None, ()),),
        ((4, (), {}, None, None, (1,)),),
    ],
)
def test_parts_that_are_none_are_refused(core_in_c: Any, parts: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        core_in_c.Looks(parts, 0, 1, 1, (0, 1))


def test_there_is_no_part_beyond_the_last(in_c: Any) -> None:
    looks = core.looks([], 0, 0, 3)
    assert looks.positions(NOTHING) == [0, 1, 2]
    for part in (-1, 0):
        with pytest.raises(IndexError):
            looks.again(part, NOTHING)


def test_nothing_is_held_that_was_let_go(in_c: Any) -> None:
    """Memory and counts of references stay as they are, also where something fails."""
    program = program_of(*RULES)
    orders = [order_of(), odd_order({"tags": [["x"]]}), odd_order({"items": None}), odd_order({"folder": []}),
              order_of(checkout_data={"Gift": " ", "x": ["a"]}), odd_order({"shipping": 5})]  # fmt: skip
    views = [view_of(order) for order in orders]
    program.met(facts_of(orders[0]))
    looks, parts = looks_of(program), len(program._events[EVENT.id].index._reads)

    def all_of_it() -> None:
        for view in views:
            first = outcome(looks.first, view)
            outcome(looks.positions, view)
            for part in range(parts):
                outcome(looks.again, part, view)
            if isinstance(first, tuple):
                looks.candidates(first[1])

    watched: list[Any] = [each for view in views for each in view.order.__dict__.values()]
    watched += [table.memo for table in program._events[EVENT.id].index.tables] + orders + views
    for _ in range(10):
        all_of_it()
    gc.collect()
    tracemalloc.start()
    counts = [sys.getrefcount(each) for each in watched if each is not None]
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(300):
        all_of_it()
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    again = [sys.getrefcount(each) for each in watched if each is not None]
    tracemalloc.stop()
    assert grown < 4096
    assert max(b - a for a, b in zip(counts, again, strict=True)) < 20


def test_a_program_that_is_let_go_goes(in_c: Any) -> None:
    program = program_of(*RULES)
    program.met(facts_of(order_of()))
    program.circle = looks_of(program)  # type: ignore[attr-defined]
    memo = program._events[EVENT.id].index.tables[0].memo
    del program
    gc.collect()
    assert all(not isinstance(each, tuple) or memo not in [*each] for each in gc.get_referrers(memo))


def test_one_program_for_all_threads_that_forgets_all_the_time(in_c: Any) -> None:
    program = program_of(*[rule(f.Equal("text", field("order.folder"), text(f"f{i}"))) for i in range(100)])
    orders = [order_of(folder=f"F{i}") for i in range(100)]
    program.met(facts_of(orders[0]))
    program._events[EVENT.id].index.tables[0].most = 3

    def some(start: int) -> list[list[int]]:
        return [program.met(facts_of(each)) for _ in range(10) for each in orders[start::8]]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(some, range(8)))
    assert found == [[[i] for i in range(start, 100, 8)] * 10 for start in range(8)]


# Where it is used


@pytest.fixture
def place(core_in_c: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which the core is looked for, with the one that was built."""
    (tmp_path / core.file_name()).write_bytes(Path(core_in_c.__file__).read_bytes())
    monkeypatch.setattr(core, "HERE", tmp_path)
    monkeypatch.delenv("ORDINANCE_CORE")
    yield tmp_path
    core.in_use.cache_clear()


def in_use() -> Any:
    """As a process that has just begun finds it."""
    core.in_use.cache_clear()
    return core.in_use()


def test_it_is_used_where_it_was_built(place: Path) -> None:
    assert in_use() is not None
    program = program_of(*RULES)
    program.met(facts_of(order_of()))
    assert type(looks_of(program)).__module__ == "engine.compile.core.looks"


def test_it_is_not_used_where_it_is_switched_off(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDINANCE_CORE", "off")
    assert in_use() is None


def test_one_built_of_other_sources_is_not_used(
    place: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path_factory.mktemp("changed") / "looks.c"
    changed.write_bytes(core.SOURCES[0].read_bytes() + b"\n")
    monkeypatch.setattr(core, "SOURCES", (changed, core.SOURCES[1]))
    assert in_use() is None


def test_one_built_for_another_python_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", sys.version + " of another day")
    assert in_use() is None


# Building it


def told(capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = command.main()
    out, err = capsys.readouterr()
    return code, out, err


def test_building_says_where_it_is_and_that_it_is_in_use(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "HERE", place)
    (found,) = place.iterdir()
    found.rename(place / f"looks-of-before{core.SUFFIX}")
    code, out, err = told(capsys)
    assert (code, err) == (0, "")
    assert out.startswith(f"The core in C is built: {place / core.file_name()}\nThe core in C is in use")
    assert [each.name for each in place.iterdir()] == [core.file_name()], "the one before is gone"
    monkeypatch.setenv("ORDINANCE_CORE", "off")
    assert told(capsys) == (0, "It is not used, because ORDINANCE_CORE is off.\n", "")


def lacking(monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(command, "HERE", folder)
    code, out, err = told(capsys)
    assert (code, out) == (2, "")
    assert [*folder.iterdir()] == []
    return err


def test_without_a_compiler_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    said = lacking(monkeypatch, tmp_path, capsys)
    assert said.startswith("the core cannot be built: there is no C compiler here: neither `")
    assert said.endswith("rules are decided all the same, in Python\n")


def test_without_headers_it_says_so(
    core_in_c: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: "/nowhere")
    said = lacking(monkeypatch, tmp_path, capsys)
    assert "this Python's headers are not here: there is no /nowhere/Python.h" in said


def test_what_the_compiler_says_is_shown(
    core_in_c: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    broken = tmp_path / "looks.c"
    broken.write_text("no C at all")
    monkeypatch.setattr(building, "SOURCES", (broken,))
    said = lacking(monkeypatch, folder, capsys)
    assert "the C compiler gave up" in said
    assert "looks.c:1" in said
