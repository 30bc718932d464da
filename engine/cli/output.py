"""Where a command's results go: stdout, or the file that `--output` names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.cli.terminal import CannotDo, reason
from events.atomic import replacing


@contextmanager
def writing(output: Path | None) -> Iterator[TextIO]:
    """Where results go: stdout, or a file that is there whole or not at all."""
    if output is None:
        yield sys.stdout
        return
    if output.is_dir():
        raise CannotDo(f"`{output}` is a folder; name a file in it")
    try:
        if output.exists() and not output.is_file():  # a pipe or a device is written to, and stays what it is
            with output.open("w", encoding="utf-8", newline="\n") as file:
                yield file
            return
        with replacing(output) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        raise CannotDo(f"`{output}` cannot be written: {reason(error)}") from None
