"""The frame of every page that a merchant can open, print and mail: it needs nothing from outside, and may load nothing.

Used by the pages of dry runs, comparisons and coverage, and by the booklet. Each brings its own body, and what its style
has beyond the house's.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from importlib.resources import files

from engine.report.place import visible


def top(title: str, *, own: str = "", script: str = "") -> str:
    """All before the body's first line. own: the package whose `page.css` comes after the house's. script: the only one that
    may run."""
    style = part("engine.show", "page.css") + (part(own, "page.css") if own else "")
    policy = f"default-src 'none'; style-src '{_digest(style)}'"
    if script:
        policy += f"; script-src '{_digest(script)}'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def bottom(made: str = "Made by Ordinance from the rules of this shop.", *, script: str = "") -> str:
    """All after the body's last line. script: the one that `top` was told of."""
    running = f"<script>{script}</script>\n" if script else ""
    return f"<footer>{text(made)}</footer>\n{running}</body>\n</html>\n"


def part(package: str, name: str) -> str:
    """A style or script that lies in a package."""
    return files(package).joinpath(name).read_text("utf-8")


def text(said: str) -> str:
    """Text of an order or a rule, which can be no markup and hides nothing."""
    return html.escape("\n".join(visible(line) for line in said.split("\n")))


def listing(kind: str, items: Iterable[str]) -> str:
    lines = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="{kind}">{lines}</ul>' if lines else ""


def _digest(of: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(of.encode()).digest()).decode()}"
