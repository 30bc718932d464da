"""`ordinance check --fix`: writes the files that fixes change, or shows what would change, and says what was fixed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from dsl.counting import count
from engine.cli.opening import shown_root
from engine.cli.terminal import CannotDo, note
from engine.cli.unified import show_difference
from engine.fixing import Fixed, Mended, mend
from engine.folder import DiskFolder, FolderError
from engine.report.place import place, visible
from engine.rewriting import Meanwhile, rewrite

BOM = b"\xef\xbb\xbf"


def fix_files(root: Path, *, show: bool) -> bool:
    """Whether anything was changed, or would be."""
    try:
        mended = mend(DiskFolder(root), dt.date.today())
    except FolderError as error:
        raise CannotDo(str(error)) from None
    folder = shown_root(root)
    for path, text in mended.texts.items():
        if show:
            show_difference(f"{folder}/{path}" if folder else path, mended.before[path], text)
        else:
            write(root / path, mended.before[path], text)
    tell(mended, folder, show=show)
    return bool(mended.texts)


def write(path: Path, before: str, after: str) -> None:
    try:
        data = path.read_bytes()
        mark = BOM if data.startswith(BOM) else b""
        rewrite(path, mark + before.encode(), mark + after.encode())
    except Meanwhile as error:
        raise CannotDo(str(error)) from None


def tell(mended: Mended, folder: str, *, show: bool) -> None:
    for fixed in mended.fixed:
        note(f"{'would fix' if show else 'fixed'} {said(fixed, folder)}")
    for refused in dict.fromkeys(said(each, folder) for each in mended.refused):
        note(f"not fixed, as it would bring other errors: {refused}")
    number, files = len(mended.fixed), count(len(mended.texts), "file")
    if not number:
        note("nothing to fix")
    elif show:
        note(f"{number:,} can be fixed in {files}; nothing was changed")
    else:
        note(f"{number:,} fixed in {files}; left:")


def said(fixed: Fixed, folder: str) -> str:
    finding = fixed.finding
    at = place(finding.span, folder)
    return f"{visible(at.path)}:{at.line}:{at.column}: {finding.code} {visible(finding.message)}: {visible(fixed.fix.title)}"
