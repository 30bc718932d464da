"""What the editor at the other end can show. Read once from what it says of itself; everything it does not say it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types


@dataclass(frozen=True)
class Client:
    snippets: bool = False
    markdown_completion: bool = False
    markdown_hover: bool = False
    watches: bool = False
    lens_refresh: bool = False
    document_changes: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Client:
        text, workspace = capabilities.text_document, capabilities.workspace
        item = _deep(text, "completion", "completion_item")
        return cls(
            snippets=bool(_deep(item, "snippet_support")),
            markdown_completion=_markdown(_deep(item, "documentation_format")),
            markdown_hover=_markdown(_deep(text, "hover", "content_format")),
            watches=bool(_deep(workspace, "did_change_watched_files", "dynamic_registration")),
            lens_refresh=bool(_deep(workspace, "code_lens", "refresh_support")),
            document_changes=bool(_deep(workspace, "workspace_edit", "document_changes")),
        )


def _markdown(formats: Sequence[Any] | None) -> bool:
    return types.MarkupKind.Markdown in (formats or ())


def _deep(thing: Any, *names: str) -> Any:
    for name in names:
        thing = getattr(thing, name, None)
    return thing
