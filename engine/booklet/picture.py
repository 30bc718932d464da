"""The picture of which events lead to which, as SVG: a row for each event, arrows beside them. Called by `html`.

It needs no colour to be read: what goes round in a circle is dashed and thick. Its size is that of its rows and lanes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.booklet.flow import Arrow, Flow
from engine.show.page import text

BOX, HEIGHT, PITCH, LANE, TOP, BEND = 500, 44, 56, 15, 6, 6
LONGEST, LONGEST_BY = 60, 78
"""Characters of a label, and of the names of its rules, that a box holds."""


def picture(flow: Flow) -> str:
    left = LANE * (max((arrow.lane for arrow in flow.arrows), default=-1) + 1) + 14
    width, height = left + BOX + 1, TOP * 2 + len(flow.rows) * PITCH - (PITCH - HEIGHT)
    return (
        f'<svg class="flow" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-label="which events lead to which; the same stands in words below">'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8Z" fill="currentColor"/></marker></defs>'
        + "".join([*_rows(flow, left), *(_arrow(arrow, left) for arrow in flow.arrows)])
        + "</svg>"
    )


def _rows(flow: Flow, left: int) -> Iterator[str]:
    for at, row in enumerate(flow.rows):
        y = TOP + at * PITCH
        yield (
            f'<g><title>{text(row.label)}</title><rect x="{left}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="6"/>'
            f'<text class="event" x="{left + 11}" y="{y + 18}">{text(short(row.label, LONGEST))}</text>'
            f'<text class="by" x="{left + 11}" y="{y + 35}">{text(short(numbers(row.rules), LONGEST_BY))}</text></g>'
        )


def _arrow(arrow: Arrow, left: int) -> str:
    """Out of the lower half of a box, into the upper half of one. On the left, where a narrow window shows it."""
    start, end = TOP + arrow.start * PITCH + HEIGHT * 3 // 4, TOP + arrow.end * PITCH + HEIGHT // 4
    lane = left - 18 - arrow.lane * LANE
    bend = BEND if end > start else -BEND
    return (
        f'<path class="arrow{" round" if arrow.round else ""}" marker-end="url(#head)" d="M{left} {start}'
        f"H{lane + BEND}Q{lane} {start} {lane} {start + bend}V{end - bend}Q{lane} {end} {lane + BEND} {end}"
        f'H{left - 2}"><title>{text("by " + numbers(arrow.by))}</title></path>'
    )


def numbers(rules: Sequence[str]) -> str:
    """`rules 3, 4 and 7`, and settings by their titles."""
    counted = [one for one in rules if one.isdigit()]
    said = (
        [f"rule{'' if len(counted) == 1 else 's'} {ranges([int(one) for one in counted])}"] if counted else []
    )
    return ", ".join([*said, *(one for one in rules if not one.isdigit())])


def ranges(counted: list[int]) -> str:
    """`1, 3–6`"""
    runs: list[list[int]] = []
    for number in sorted(counted):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(str(one) for one in run) for run in runs
    )


def short(said: str, longest: int) -> str:
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"
