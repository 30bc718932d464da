"""What pydantic finds wrong with a file's data, as findings for the file's author: the place, the sentence, the way out.

Called by `engine.private`. Nothing of Python's words gets through: what is not known by its kind is said in general.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from dsl.nearest import choices_help
from dsl.source import Span
from engine import yamltext

_EXPECTED = (
    (re.compile("string|text"), "text"),
    (re.compile("int"), "a whole number"),
    (re.compile("decimal|float"), "a number"),
    (re.compile("bool"), "`true` or `false`"),
    (re.compile("tuple|list"), "a list"),
    (re.compile("dict|mapping|model"), "a group of settings"),
)
_PREDICATE = re.compile("(?:is|says|stands|has) ")


def node_at(root: yamltext.Node | None, where: Sequence[str | int], *, exact: bool = False) -> Any:
    """The node that the keys lead to, or the last one on the way there; None with `exact`. A number is a place in a list,
    or in a group whose entries are read in order."""
    node = root
    for part in where:
        inner: yamltext.Node | None = None
        if isinstance(node, yamltext.Mapping) and isinstance(part, str):
            inner = next((entry.value for entry in node.entries if entry.key.text == part), None)
        elif isinstance(node, yamltext.Mapping) and isinstance(part, int) and part < len(node.entries):
            inner = node.entries[part].value
        elif isinstance(node, yamltext.Sequence) and isinstance(part, int) and part < len(node.items):
            inner = node.items[part]
        if inner is None:
            if exact:
                return None
            continue
        node = inner
    return node


def scalar_with(node: yamltext.Node, text: str) -> yamltext.Scalar | None:
    """The first text of that wording below a node."""
    if isinstance(node, yamltext.Scalar):
        return node if node.text == text else None
    inner = node.items if isinstance(node, yamltext.Sequence) else [entry.value for entry in node.entries]
    return next((found for each in inner if (found := scalar_with(each, text))), None)


def start_of(node: yamltext.Node) -> Span:
    """Of a group over several lines, its first name."""
    if isinstance(node, yamltext.Mapping) and node.entries:
        return node.entries[0].key.span
    return start_of(node.items[0]) if isinstance(node, yamltext.Sequence) and node.items else node.span


def said(
    error: ErrorDetails, model: type[BaseModel], root: yamltext.Node, where: tuple[str, ...]
) -> tuple[Span, str, str | None]:
    """where: the keys that lead to what the model is of."""
    loc = (*where, *error["loc"])
    node = node_at(root, loc)
    key = next((part for part in reversed(loc) if isinstance(part, str)), "")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return start_of(node_at(root, loc[:-1])), f"`{key}` is missing here", f"add `{key}:`"
    if kind == "extra_forbidden":
        group = node_at(root, loc[:-1])
        span = next((e.key.span for e in getattr(group, "entries", ()) if e.key.text == key), node.span)
        return (
            span,
            f"there is no setting `{key}` here",
            choices_help("setting", key, _known(model, error["loc"][:-1])),
        )
    if kind == "literal_error":
        choices = str(context.get("expected", "")).replace("'", "`")
        return node.span, f"`{key}` is {choices}, and this is {yamltext.described(node)}", None
    if kind in ("value_error", "assertion_error"):
        wrong = context.get("error", error["msg"])
        words, inner = str(wrong), scalar_with(node, getattr(wrong, "text", "\0"))
        return (
            inner.span if inner else start_of(node),
            f"`{key}` {words}" if _PREDICATE.match(words) else words,
            None,
        )
    expected = next((words for pattern, words in _EXPECTED if pattern.search(kind)), "")
    if expected:
        return node.span, f"`{key}` is {expected}, and this is {yamltext.described(node)}", None
    return node.span, f"`{key}`: {error['msg'].removeprefix('Input ').lower()}", None


def _known(model: Any, where: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the group that the place leads to; none where that cannot be told."""
    at: Any = model
    for part in where:
        if isinstance(at, type) and issubclass(at, BaseModel):
            field = at.model_fields.get(str(part))
            at = field.annotation if field is not None else None
            continue
        at = next((a for a in typing.get_args(at) if _model(a) is not None), None)
    found = _model(at)
    return list(found.model_fields) if found is not None else []


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model that a type is, or is a list, a group or an absence of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin = typing.get_origin(annotation)
    if origin is None:
        return None
    if origin in (typing.Union, types.UnionType, typing.Annotated, tuple, list, dict, Mapping):
        return next((found for each in typing.get_args(annotation) if (found := _model(each))), None)
    return None
