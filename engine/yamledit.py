"""Small changes to `ordinance.yaml` as a person would make them: a line more, a value another, all else as it was written.

Called by `ordinance integrations connect` and `disconnect`. INVARIANT: what comes out reads as the old file with exactly the
change that was asked for; a file that is written so that this cannot be done is left alone (`CannotEdit`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dsl.source import Source
from engine import yamltext
from events.jsontext import dumps

SECTION = "connections"
_PLAIN = re.compile(r"[A-Za-z0-9_$](?:[A-Za-z0-9_ ./{}$@+-]|:(?=\S))*[A-Za-z0-9_}]|[A-Za-z0-9_]")
_MEANING = re.compile(r"(?i)null|true|false|yes|no|on|off|[0-9.+-]+")


class CannotEdit(Exception):
    """The file is not one that can be changed so: a lower-case sentence."""


def connected(text: str, name: str, settings: Mapping[str, str]) -> str:
    """With these settings of a connection, which is added where there is none of that name. Raises CannotEdit."""
    root = _root(text)
    section = _entry(root, SECTION)
    connection = _entry(section.value, name) if section is not None else None
    if connection is None:
        changed = _added(text, root, section, name, settings)
    else:
        changed = text
        for setting, value in settings.items():
            changed = _set(changed, name, setting, value)
    wanted = _plain(root)
    there = wanted.setdefault(SECTION, None) or {}
    wanted[SECTION] = {**there, name: {**(there.get(name) or {}), **settings}}
    return _verified(changed, wanted)


def disconnected(text: str, name: str) -> str:
    """Without a connection. Raises CannotEdit."""
    root = _root(text)
    section = _entry(root, SECTION)
    if section is None or not isinstance(section.value, yamltext.Mapping):
        raise CannotEdit(f"there is no connection `{name}` in it")
    entries = section.value.entries
    at = next((n for n, each in enumerate(entries) if each.key.text == name), None)
    if at is None:
        raise CannotEdit(f"there is no connection `{name}` in it")
    gone = entries[at]
    if _flows(section.value):
        start = entries[at - 1].value.span.end if at else gone.key.span.start
        end = gone.value.span.end if at or len(entries) == 1 else entries[1].key.span.start
        changed = text[:start] + text[end:]
    else:
        changed = text[: _line_start(text, gone.key.span.start)] + text[_line_end(text, _end(gone)) :]
    wanted = _plain(root)
    left = {key: value for key, value in wanted[SECTION].items() if key != name}
    wanted[SECTION] = left or ({} if _flows(section.value) else None)
    return _verified(changed, wanted)


def _added(
    text: str, root: yamltext.Mapping, section: yamltext.Entry | None, name: str, settings: Mapping[str, str]
) -> str:
    if section is None:
        body = "".join(_lines(name, settings, "  ", "  "))
        return f"{text.rstrip()}\n\n{SECTION}:\n{body}"
    if isinstance(section.value, yamltext.Mapping) and section.value.entries:
        last = section.value.entries[-1]
        if _flows(section.value):
            inside = ", ".join(f"{key}: {_quoted(value)}" for key, value in settings.items())
            return f"{text[: last.value.span.end]}, {name}: {{{inside}}}{text[last.value.span.end :]}"
        indent = _indent(text, section.value.entries[0].key.span.start)
        step = _step(text, section.value) or "  "
        return _after(text, _end(last), "".join(_lines(name, settings, indent, step)))
    if isinstance(section.value, yamltext.Mapping):
        inside = ", ".join(f"{key}: {_quoted(value)}" for key, value in settings.items())
        return f"{text[: section.value.span.start]}{{{name}: {{{inside}}}}}{text[section.value.span.end :]}"
    if isinstance(section.value, yamltext.Scalar) and section.value.value is None:
        return _after(text, section.key.span.end, "".join(_lines(name, settings, "  ", "  ")))
    raise CannotEdit(f"`{SECTION}` in it is no group of connections")


def _set(text: str, name: str, setting: str, value: str) -> str:
    section = _entry(_root(text), SECTION)
    connection = _entry(section.value, name) if section is not None else None
    assert connection is not None, "it was there a moment ago"
    node = connection.value
    if isinstance(node, yamltext.Scalar) and node.value is None:
        indent = _indent(text, connection.key.span.start) + "  "
        return _after(text, connection.key.span.end, f"{indent}{setting}: {_scalar(value)}\n")
    if not isinstance(node, yamltext.Mapping):
        raise CannotEdit(f"connection `{name}` in it is no group of settings")
    there = _entry(node, setting)
    if there is not None:
        written = _quoted(value) if _flows(node) else _scalar(value)
        span, value_node = there.value.span, there.value
        if isinstance(value_node, yamltext.Scalar) and value_node.value is None:
            colon = text.index(":", there.key.span.end) + 1
            return f"{text[:colon]} {written}{text[max(colon, span.end) if span.text else colon :]}"
        return text[: span.start] + written + text[span.end :]
    if _flows(node):
        comma = ", " if node.entries else ""
        return f"{text[: node.span.end - 1].rstrip()}{comma}{setting}: {_quoted(value)}{text[node.span.end - 1 :]}"
    last = node.entries[-1]
    indent = _indent(text, node.entries[0].key.span.start)
    return _after(text, _end(last), f"{indent}{setting}: {_scalar(value)}\n")


def _lines(name: str, settings: Mapping[str, str], indent: str, step: str) -> list[str]:
    own = [f"{indent}{step}{key}: {_scalar(value)}\n" for key, value in settings.items()]
    return [f"{indent}{name}:\n", *own]


def _scalar(value: str) -> str:
    return value if _PLAIN.fullmatch(value) and not _MEANING.fullmatch(value) else dumps(value)


def _quoted(value: str) -> str:
    """Between braces a brace has another meaning."""
    return value if _scalar(value) == value and not re.search(r"[{}]", value) else dumps(value)


def _root(text: str) -> yamltext.Mapping:
    root, problems = yamltext.read_yaml(Source("ordinance.yaml", text))
    if problems or not isinstance(root, yamltext.Mapping):
        raise CannotEdit("it has mistakes that `ordinance check` shows")
    return root


def _entry(node: yamltext.Node, key: str) -> yamltext.Entry | None:
    entries = node.entries if isinstance(node, yamltext.Mapping) else ()
    return next((each for each in entries if each.key.text == key), None)


def _plain(root: yamltext.Mapping) -> dict[str, Any]:
    return {each.key.text: _text_of(each.value) for each in root.entries}


def _text_of(node: yamltext.Node) -> Any:
    """As text, so that `00123` and `123` are two."""
    if isinstance(node, yamltext.Mapping):
        return {each.key.text: _text_of(each.value) for each in node.entries}
    if isinstance(node, yamltext.Sequence):
        return [_text_of(each) for each in node.items]
    return None if node.value is None else node.text


def _verified(text: str, wanted: Mapping[str, Any]) -> str:
    if _text_of(_root(text)) != wanted:
        raise CannotEdit("it is written in a way that is not changed by itself")
    return text


def _flows(node: yamltext.Mapping) -> bool:
    return node.span.text.startswith("{")


def _end(entry: yamltext.Entry) -> int:
    return max(_node_end(entry.value), entry.key.span.end)


def _node_end(node: yamltext.Node) -> int:
    """Where its last value ends: a block's own span takes in the comments below it."""
    if isinstance(node, yamltext.Mapping) and node.entries and not _flows(node):
        return _end(node.entries[-1])
    if isinstance(node, yamltext.Sequence) and node.items and not node.span.text.startswith("["):
        return _node_end(node.items[-1])
    return node.span.end


def _after(text: str, at: int, more: str) -> str:
    """Below the line of `at`, comment and all."""
    end = _line_end(text, at)
    before = text[:end] if text[:end].endswith("\n") else text[:end] + "\n"
    return before + more + text[end:]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _indent(text: str, at: int) -> str:
    line = text[_line_start(text, at) : at]
    return line if not line.strip() else " " * len(line)


def _step(text: str, section: yamltext.Mapping) -> str:
    """How much further in the settings of a connection stand in this file."""
    for entry in section.entries:
        if isinstance(entry.value, yamltext.Mapping) and entry.value.entries and not _flows(entry.value):
            outer, inner = (
                _indent(text, entry.key.span.start),
                _indent(text, entry.value.entries[0].key.span.start),
            )
            return inner[len(outer) :]
    return ""
