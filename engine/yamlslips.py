"""What the YAML reader complains of, in a merchant's words, with the slip that is most likely behind it.

Called by `engine.yamltext` alone. The reader stops at its first complaint, so a file has one of these at most.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml.error import YAMLError

from dsl.diagnostics import Diagnostic, Note
from dsl.source import Source, Span

COLUMNS = "a setting begins a line of its own, in the same column as its neighbours; text with `: ` in it needs quotes"
LINES = "the lines of one group begin in the same column, and the lines of a list begin with `- `"


def slip(error: YAMLError, source: Source) -> Diagnostic:
    position = getattr(error, "position", None)
    if isinstance(position, int):
        at = at_character(source, position)
        return _finding(
            f"the character U+{ord(at.text or ' '):04X} cannot stand in this file", at, "delete it"
        )
    at = at_character(source, _index(getattr(error, "problem_mark", None)) or 0)
    began = _index(getattr(error, "context_mark", None))
    opened = at if began is None else at_character(source, began)
    return _worded(str(getattr(error, "problem", None) or ""), at, opened)


def at_character(source: Source, offset: int) -> Span:
    """The character there; nothing, where the text has ended."""
    start = min(offset, len(source.text))
    return Span(source, start, min(start + 1, len(source.text)))


def _worded(problem: str, at: Span, opened: Span) -> Diagnostic:
    """`problem` is the reader's own sentence; `opened` where what it was reading began."""
    char = at.text
    if "cannot start any token" in problem and char == "\t":
        return _finding("a tab cannot indent a line", at, "indent with blanks")
    if "cannot start any token" in problem:
        message = f"a value cannot begin with `{char}` unless it is in quotes"
        return _finding(message, at, "put the whole value in double quotes")
    if "expected ','" in problem and char == "{" and at.source.text[: at.start].endswith("$"):
        message = "inside `{ }` and `[ ]` a reference `${NAME}` needs quotes"
        return _finding(message, at, 'write it as `"${NAME}"`')
    if "unexpected end of stream" in problem:
        return _finding(
            f"the quote `{opened.text}` is not closed", opened, "close it at the end of the value"
        )
    if "expected ','" in problem and "stream end" in problem:
        return _finding(f"`{opened.text}` is not closed", opened, "close it at the end of the value")
    if "expected ','" in problem:
        close = "]" if "']'" in problem else "}"
        return _finding(
            f"a comma or `{close}` is expected here", at, None, Note(f"`{opened.text}` opens here", opened)
        )
    if "mapping values are not allowed" in problem:
        return _finding("a `:` is not expected here", at, COLUMNS)
    if "expected <block end>" in problem or "sequence entries are not allowed" in problem:
        return _finding("this does not fit the lines above it", at, LINES)
    if "could not find expected ':'" in problem:
        return _finding("this name has no `:` after it", opened, "write `name: value`")
    if "unknown escape" in problem or "escape sequence" in problem:
        message = f"`\\{char}` means nothing inside double quotes"
        return _finding(message, at, "put the value in single quotes, where a backslash is a backslash")
    return _finding("this is not valid YAML", at, "text with special characters in it needs double quotes")


def _finding(message: str, span: Span, advice: str | None, *notes: Note) -> Diagnostic:
    return Diagnostic("E182", message, span, advice, notes)


def _index(mark: Any) -> int | None:
    index = getattr(mark, "index", None)
    return index if isinstance(index, int) else None
