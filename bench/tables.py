"""What was measured as tables for people: the engines side by side, and every aim beside what was reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.matching import ratio_of
from bench.measuring import Figure
from bench.ordinance import InC, Ordinance

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def tables(found: Mapping[str, Any]) -> str:
    parts = [told(found["machine"]), engines(found["matching"]), aims(found), ours(found)]
    return "\n\n".join(parts) + "\n"


def told(machine: Mapping[str, str]) -> str:
    return "Measured on: " + "; ".join(f"{name} {value}" for name, value in machine.items()) + "."


def engines(matching: Mapping[str, Any]) -> str:
    sizes = ["100", "1000", "10000"]
    lines = [
        "CPU microseconds for one event and order, hot: median of the rounds, and in brackets how many times ours.",
        "",
        "| engine | version | N=100 | 1,000 | 10,000 | exponent |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for name, row in matching["engines"].items():
        cells = [cell(row, size) for size in sizes]
        growth = matching["exponent"].get(name, "")
        lines.append(f"| {name} | {row.get('version', 'this one')} | {' | '.join(cells)} | {growth} |")
    counts = ", ".join(
        f"{matches:.1f} of {int(size) // 20:,}" for size, matches in matching["matches"].items()
    )
    return "\n".join([*lines, "", f"Rules that fire, on average, of those bound to the event: {counts}."])


def cell(row: Mapping[str, Any], size: str) -> str:
    time = row.get(size)
    if not isinstance(time, Figure):
        return str(time or "")
    ratio = row[f"ratio {size}"].median
    return f"{number(time.median)} ({ratio:,.1f}x)"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def best(
    matching: Mapping[str, Any], size: int, without: tuple[str, ...], us: type[Ordinance]
) -> tuple[str, Figure]:
    """The fastest engine that Python can call, and its ratio to us."""
    ratio = ratio_of(us, size)
    rows = {
        name: row[ratio]
        for name, row in matching["engines"].items()
        if isinstance(row.get(ratio), Figure)
        and not name.startswith(("Ordinance", "Drools"))
        and name not in without
    }
    name = min(rows, key=lambda each: rows[each].median)
    return name, rows[name]


PARSED = ("datalogic-py, order parsed beforehand",)
COUNTED = ((PARSED, ""), ((), ", orders parsed beforehand counted too"))


def aims(found: Mapping[str, Any]) -> str:
    matching = found["matching"]
    rows: list[tuple[str, str, str, bool | None]] = []
    ours = [(us, note) for us, note in ((Ordinance, ""), (InC, ", core in C")) if us.name in found["cold"]]
    for size, least in ((1000, 5), (10_000, 40)):
        for without, counted in COUNTED:
            for us, note in ours:
                name, ratio = best(matching, size, without, us)
                what = f"{size:,} rules beside the best that Python can call{counted}{note}"
                rows.append((what, f"at least {least}x", f"{ratio}x ({name})", ratio.median >= least))
    for us, note in ours:
        drools = matching["engines"].get("Drools (hot JVM)", {}).get(ratio_of(us, 1000))
        if isinstance(drools, Figure):
            rows.append((f"1,000 rules beside Drools{note}", "not slower", f"{drools}x", drools.median >= 1))
        else:
            rows.append((f"1,000 rules beside Drools{note}", "not slower", "Drools was not run", None))
    for without, counted in COUNTED:
        for us, note in ours:
            cold = {name: each for name, each in found["cold"][us.name].items() if name not in without}
            if cold:
                name = min(cold, key=lambda each: cold[each].median)
                rows.append((f"10,000 rules, orders never seen{counted}{note}", "at least 20x",
                             f"{cold[name]}x ({name})", cold[name].median >= 20))  # fmt: skip
    growth = matching["exponent"]["Ordinance"]
    rows.append(("exponent, 1,000 to 10,000", "at most 0.4", f"{growth}", growth <= 0.4))
    decisions = found["decisions"]
    silent = found["silence"]["ratio"]
    rows.append(
        ("a decision in which no rule fires", "at most 3x the matching", f"{silent}x", silent.median <= 3)
    )
    for name, each in decisions.items():
        took = each["an action"]
        rows.append(
            (
                f"each action beyond that: {name}",
                "at most 3 µs",
                f"{took} µs",
                took.median <= 3,
            )
        )
    whole = found["json"]["whole"]
    rows.append(
        ("JSON of an order to decision, 10,000 rules", "at most 60 µs", f"{whole} µs", whole.median <= 60)
    )
    load = found["loading"]
    for key, wanted in (("nothing cached, s", 6.0), ("unchanged, s", 0.15), ("memory, MB", 40.0)):
        rows.append(
            (
                f"10,000 rules ({load['text']}): {key}",
                f"at most {wanted:g}",
                two(load[key]),
                load[key].median <= wanted,
            )
        )
    warm = load["one rule edited, s"].median - load["unchanged, s"].median
    rows.append(
        (
            "one rule edited among 10,000, beyond an unchanged load",
            "at most 0.05 s",
            f"{warm:.2f} s",
            warm <= 0.05,
        )
    )
    for name, wanted in (("--help", 120.0), ("check, 100 unchanged rules", 200.0)):
        took = found["commands"][name]
        rows.append(
            (f"`{name}` above bare Python", f"at most {wanted:.0f} ms", f"{took} ms", took.median <= wanted)
        )
    for name in ("single", "groups of 100"):
        share = found["durable"][f"{name}, share"]
        rows.append(
            (f"durable decisions, {name}", "at least 0.8 of the bare rate", two(share), share.median >= 0.8)
        )
    lines = ["| quantity | aim | measured | |", "|---|---|---|---|"]
    for what, aim, value, reached in rows:
        lines.append(
            f"| {what} | {aim} | {value} | {'' if reached is None else 'reached' if reached else '**missed**'} |"
        )
    return "\n".join(lines)


def two(value: Figure) -> str:
    return f"{value.median:.2f} ({value.least:.2f} to {value.most:.2f})"


def ours(found: Mapping[str, Any]) -> str:
    lines = ["| ours, CPU microseconds | median (range) |", "|---|--:|"]
    lines += [f"| {name} | {value} |" for name, value in found["ours"].items()]
    lines += [
        f"| reading an order of {found['json']['bytes']:,} bytes of JSON | {found['json']['reading']} |"
    ]
    for name, each in found["decisions"].items():
        lines.append(f"| a decision with {each['actions']} x {name} | {each['whole']} |")
    return "\n".join(lines)


def put(page: Path, shown: str) -> None:
    """Between the two marks of the page."""
    text = page.read_text("utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{shown}\n{END}{after}", "utf-8")
