"""A statement's text with its slips mended, and the way back to the places in the file.

Called by `dsl.parser`, which reads on after a slip in the mended text, so that the next mistake is found in the same
run; the tree's spans are always places in the file as it is.
"""

from __future__ import annotations

from bisect import bisect_right


class Mended:
    """`text` is what is read. `start` is where it begins in the file."""

    __slots__ = ("_bounds", "_edits", "_original", "_shifts", "place", "start", "text")

    def __init__(self, text: str, start: int, edits: tuple[tuple[int, int, str], ...] = ()) -> None:
        self._original = text
        self.start = start
        self._edits = edits
        self._bounds: list[int] = []
        self._shifts: list[tuple[int, int]] = []
        if not edits:
            self.text = text
            self.place = start.__add__
            return
        pieces: list[str] = []
        at = long = 0
        for begin, end, meant in edits:
            pieces += (text[at:begin], meant)
            long += begin - at
            self._bounds.append(long)
            self._shifts.append((begin, end))
            long += len(meant)
            self._bounds.append(long)
            self._shifts.append((end, -1))
            at = end
        pieces.append(text[at:])
        self.text = "".join(pieces)
        self.place = self._place

    def _place(self, at: int) -> int:
        """Where in the file an offset of the mended text is; inside a mended stretch, its nearer end."""
        found = bisect_right(self._bounds, at) - 1
        if found < 0:
            return self.start + at
        origin, end = self._shifts[found]
        if end < 0:
            return self.start + origin + at - self._bounds[found]
        return self.start + (origin if at == self._bounds[found] else end)

    def mend(self, begin: int, end: int, meant: str) -> Mended | None:
        """With one more stretch of the mended text replaced; None where it lies in one already mended."""
        start = self.place(begin) - self.start
        stop = self.place(end) - self.start
        for s, e, _ in self._edits:
            if (s < stop and start < e) or (start == s and stop == e):
                return None
        return Mended(self._original, self.start, tuple(sorted((*self._edits, (start, stop, meant)))))
