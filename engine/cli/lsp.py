"""`ordinance lsp`: the language server, which an editor starts and talks to on stdin and stdout."""

from __future__ import annotations

import os
import signal
import sys

import click

from engine.cli.terminal import CannotDo, note


@click.command()
@click.option(
    "--stdio",
    is_flag=True,
    expose_value=False,
    help="Nothing else is spoken; some editors say it all the same.",
)
def command() -> None:
    """Serve an editor: findings as you type, completion, the meaning of what is under the mouse, and more.

    Your editor starts this by itself; docs/editors.md says how it is set up. It speaks the Language Server Protocol on
    stdin and stdout and reads only the folders that you open. It is an extra that is installed with the product:

    \b
      uv tool install "ordinance[lsp]"
      ordinance lsp

    Exit code: 0 the editor ended it, 2 the extra is not installed.
    """
    try:
        import pygls  # noqa: F401
    except ImportError:
        raise CannotDo(
            "the language server is an extra that is not installed here; "
            '`uv tool install "ordinance[lsp]"` or `pip install "ordinance[lsp]"` adds it'
        ) from None
    if sys.stdin.isatty():
        note(
            "this talks to an editor, not to a person; docs/editors.md says how an editor starts it (Ctrl-C ends it)"
        )
    from engine.lsp.serving import serve

    # What waits for the next message would not be woken by Python's own.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Whatever else prints must not come between the messages.
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(number(), sys.stdin.buffer, stdout)


def number() -> str:
    from importlib import metadata  # slow to import

    try:
        return metadata.version("ordinance")
    except metadata.PackageNotFoundError:
        return ""
