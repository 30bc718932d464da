"""One comment in a pull request that is renewed, never repeated: GitHub's REST interface, as far as that needs it.

Called by `compare`. A hidden line tells our comment from all others. Whatever GitHub refuses is a `Refusal` with a sentence;
the token stands in no text that leaves here.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

PAGE = 100
MOST_PAGES = 100
LONGEST = 65_000
"""Characters: GitHub takes 65,536."""
TRIES = 4
PATIENCE = 60.0
"""Seconds that we wait when GitHub asks us to."""
TIMEOUT = 30.0
TRUSTED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class Refusal(Exception):
    """GitHub does not do it: a lower-case sentence."""


class _Unsure(Exception):
    """Nobody knows whether it was done."""


@dataclass
class Saying:
    """What is to be said about a ruleset, as Markdown. shortened: GitHub did not take all of it."""

    ruleset: str
    text: str
    shortened: bool = False

    @property
    def marker(self) -> str:
        name = quote(self.ruleset.strip("/") or ".", safe="/.").replace("--", "-%2D")
        return f"<!-- ordinance diff: {name} -->"

    @property
    def body(self) -> str:
        if len(self.text) > LONGEST:
            self.shortened = True
        text = self.text
        if self.shortened:
            # Cut before the first part that unfolds, so that nothing is left half open.
            text = f"{self.text.partition('<details')[0][:LONGEST]}\nThe rest is too long for a comment; the summary of the job has it.\n"
        return f"{self.marker}\n{text}"


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it leads."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True)
class Forge:
    """url: of the API. sleep: how it waits."""

    url: str
    repository: str
    token: str
    sleep: Callable[[float], None] = time.sleep

    def say(self, number: int, saying: Saying, *, only_renew: bool = False) -> str:
        """Renews the comment, or writes it; what was done, in a sentence. only_renew: where there is none, none is written.
        Raises Refusal."""
        for _ in range(TRIES):
            known = self.ours(number, saying.marker)
            if known is None and only_renew:
                return "the pull request does not touch the rules, and there is no comment to renew"
            if known is not None and known["body"].strip() == saying.body.strip():
                return "the comment says so already"
            try:
                if known is not None:
                    self.call("PATCH", f"issues/comments/{known['id']}", {"body": saying.body})
                    return "the comment was renewed"
                self.call("POST", f"issues/{number}/comments", {"body": saying.body})
                return "the comment was written"
            except _Unsure:
                continue  # looked for again first: it may be there
            except _TooLong:
                if saying.shortened:
                    raise Refusal("GitHub takes no comment of this length") from None
                saying.shortened = True
        raise Refusal("GitHub did not answer")

    def ours(self, number: int, marker: str) -> Mapping[str, Any] | None:
        """The oldest of our comments. One that a stranger began with our marker is not ours."""
        return next(
            (
                each
                for each in self.comments(number)
                if str(each.get("body") or "").startswith(marker)
                and (
                    (each.get("user") or {}).get("type") == "Bot" or each.get("author_association") in TRUSTED
                )
            ),
            None,
        )

    def comments(self, number: int) -> Iterator[Mapping[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            found = self.read(f"issues/{number}/comments?per_page={PAGE}&page={page}")
            yield from found
            if len(found) < PAGE:
                return

    def read(self, path: str) -> list[Mapping[str, Any]]:
        for _ in range(TRIES):
            try:
                found = self.call("GET", path)
            except _Unsure:
                continue
            if isinstance(found, list):
                return found
            break
        raise Refusal("GitHub did not answer")

    def call(self, method: str, path: str, data: Mapping[str, str] | None = None) -> Any:
        """Waits where GitHub asks for it, and not too long."""
        for _ in range(TRIES):
            try:
                return self.once(method, path, data)
            except urllib.error.HTTPError as answer:
                wait = asked_to_wait(answer)
                if wait is None:
                    raise self.refused(answer) from None
                if wait > PATIENCE:
                    raise Refusal("GitHub takes no more requests for now (rate limit)") from None
                self.sleep(wait)
        raise Refusal("GitHub takes no more requests for now (rate limit)")

    def once(self, method: str, path: str, data: Mapping[str, str] | None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/repos/{self.repository}/{path}",
            method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "ordinance",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            if answer.code >= 500:
                self.sleep(1)
                raise _Unsure from None
            raise
        except (OSError, http.client.HTTPException, ValueError):
            self.sleep(1)
            raise _Unsure from None

    def refused(self, answer: urllib.error.HTTPError) -> Exception:
        said = self.message(answer)
        if answer.code == 422 and "too long" in said:
            return _TooLong()
        if answer.code in (401, 403, 404):
            return Refusal(
                "this token may not write comments, as in a pull request from a fork or without "
                f"`pull-requests: write` ({answer.code})"
            )
        return Refusal(f"GitHub answered {answer.code} {said}".strip())

    def message(self, answer: urllib.error.HTTPError) -> str:
        """On one line, without the token."""
        try:
            text = answer.read(10_000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return ""
        if self.token:
            text = text.replace(self.token, "***")
        return " ".join(text.split())[:300]


class _TooLong(Exception):
    pass


def asked_to_wait(answer: urllib.error.HTTPError) -> float | None:
    """Seconds; None where it is no matter of waiting."""
    if answer.code not in (403, 429):
        return None
    after, left = answer.headers.get("retry-after"), answer.headers.get("x-ratelimit-remaining")
    try:
        if after is not None:
            return max(0.0, float(after))
        if left == "0":
            return max(0.0, float(answer.headers.get("x-ratelimit-reset", "")) - time.time())
    except ValueError:
        return PATIENCE
    return PATIENCE if answer.code == 429 else None
