"""Building the core, with the compiler and the switches that this Python was built with.

Called by `python -m engine.compile.core` and by the tests. Nothing builds it unasked.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

from engine.compile.core import SOURCES, SUFFIX, file_name, loaded

WITHOUT = "rules are decided all the same, in Python"


class CannotBuild(Exception):
    """What is missing, and the way out: one lower-case sentence."""


def built(folder: Path) -> Path:
    """Builds the core into the folder, in place of any that was built there for this kind of Python."""
    path = folder / file_name()
    half = path.with_name(f"{path.name}.{os.getpid()}.half")
    try:
        done = subprocess.run(
            [*command(), "-o", str(half), str(SOURCES[0])], capture_output=True, text=True, errors="replace"
        )
        if done.returncode or not half.is_file():
            raise CannotBuild(f"the C compiler gave up; {WITHOUT}. It says:\n{done.stderr or done.stdout}")
        for old in folder.glob(f"looks-*{SUFFIX}"):
            old.unlink()
        half.replace(path)
    except OSError as world:
        raise CannotBuild(f"{world.filename or folder}: {world.strerror}; {WITHOUT}") from None
    finally:
        half.unlink(missing_ok=True)
    try:
        loaded(folder)
    except ImportError as error:
        path.unlink()
        raise CannotBuild(f"what the C compiler made cannot be loaded ({error}); {WITHOUT}") from None
    return path


def command() -> list[str]:
    """The compiler and its switches, but for the files."""
    linker = shlex.split(str(sysconfig.get_config_var("LDSHARED") or "cc -shared"))
    if shutil.which(linker[0]) is None:
        if shutil.which("cc") is None:
            raise CannotBuild(
                f"there is no C compiler here: neither `{linker[0]}`, with which this Python was built, nor `cc` (on Debian "
                f"and Ubuntu the package gcc has one); {WITHOUT}"
            )
        linker[0] = "cc"
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if not header.is_file():
        raise CannotBuild(
            f"this Python's headers are not here: there is no {header} (on Debian and Ubuntu the package python3-dev has "
            f"them); {WITHOUT}"
        )
    switches = [
        each for name in ("CFLAGS", "CCSHARED") for each in shlex.split(sysconfig.get_config_var(name) or "")
    ]
    return [*linker, *switches, f"-I{header.parent}", f"-I{sysconfig.get_path('platinclude')}"]
