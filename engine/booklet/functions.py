"""What the language's functions give, in English, from what they are given. Called by `saying`."""

from __future__ import annotations

from collections.abc import Callable

CALLS: dict[str, Callable[[list[str]], str]] = {
    "lower": lambda args: f"{args[0]} in small letters",
    "upper": lambda args: f"{args[0]} in capital letters",
    "trim": lambda args: f"{args[0]} without blanks at its ends",
    "length": lambda args: f"the length of {args[0]}",
    "number": lambda args: f"{args[0]} as a number",
    "text": lambda args: f"{args[0]} as text",
    "round": lambda args: f"{args[0]} rounded to {_places(args)}",
    "replace": lambda args: f"{args[0]} with {args[1]} replaced by {args[2]}",
    "part": lambda args: f"part {args[2]} of {args[0]}, cut at {args[1]}",
    "first_of": lambda args: f"{args[0]}, or where that is missing, {', or then '.join(args[1:])}" if args[1:] else args[0],
    "date": lambda args: f"the day of {args[0]}",
}  # fmt: skip


def _places(args: list[str]) -> str:
    if len(args) < 2 or args[1] == "0":
        return "a whole number"
    return f"{args[1]} decimal place{'' if args[1] == '1' else 's'}"
