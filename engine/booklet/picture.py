"""The picture of which events lead to which, as SVG: a row for each event, arrows beside them. Called by `html`.

It needs no colour to be read: what goes round in a circle is dashed and thick. Its size is that of its rows and lanes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.booklet.flow import Arrow, Flow
from engine.show.page import text

BOX, HEIGHT, PITCH, LANE, TOP = 500, 44, 56, 15, 6
LONGEST = 60
"""Characters of a label, and of its rules, that a box holds."""


def picture(flow: Flow) -> str:
    lanes = max((arrow.lane for arrow in flow.arrows), default=-1) + 1
    width, height = BOX + 30 + lanes * LANE, TOP * 2 + len(flow.rows) * PITCH - (PITCH - HEIGHT)
    return (
        f'<svg class="flow" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-label="which events lead to which; the same stands in words below">'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8Z" fill="currentColor"/></marker></defs>'
        + "".join([*_rows(flow), *map(_arrow, flow.arrows)])
        + "</svg>"
    )


def _rows(flow: Flow) -> Iterator[str]:
    for at, row in enumerate(flow.rows):
        y = TOP + at * PITCH
        yield (
            f'<g><title>{text(row.label)}</title><rect x="1" y="{y}" width="{BOX}" height="{HEIGHT}" rx="6"/>'
            f'<text class="event" x="12" y="{y + 18}">{text(short(row.label))}</text>'
            f'<text class="by" x="12" y="{y + 35}">{text(short(numbers(row.rules), 78))}</text></g>'
        )


def _arrow(arrow: Arrow) -> str:
    """Out of the lower half of a box, into the upper half of one."""
    start, end = TOP + arrow.start * PITCH + HEIGHT * 3 // 4, TOP + arrow.end * PITCH + HEIGHT // 4
    lane = BOX + 24 + arrow.lane * LANE
    bend = 6 if end > start else -6
    return (
        f'<path class="arrow{" round" if arrow.round else ""}" marker-end="url(#head)" '
        f'd="M{BOX + 1} {start}H{lane - 6}Q{lane} {start} {lane} {start + bend}V{end - bend}Q{lane} {end} {lane - 6} {end}H{BOX + 3}">'
        f"<title>{text('by ' + numbers(arrow.by))}</title></path>"
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


def short(said: str, longest: int = LONGEST) -> str:
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"
