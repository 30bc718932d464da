"""podOS's calls: the key, the project, the pages. What the answers mean is left to `errors` and the rest.

The one place that knows how a request to podOS looks; the sandbox and the live host differ in the client's base URL only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from actions.http import Answer, Client, NoAnswer, Request, json_body, segment
from actions.integrations.podos.errors import Call, Words
from actions.integrations.podos.shapes import S, read
from actions.secret import Secret
from events.outcome import Outcome

PAGE = 100
MOST_PAGES = 1000


@dataclass(frozen=True)
class Paths:
    """Those that podOS does not publish; each is a setting. `{product}` in gfn_variants: asked once for each product."""

    products: str = "/catalog/products"
    gfn_products: str = "/gfn/catalog/products"
    gfn_variants: str = "/gfn/catalog/variants"


@dataclass(frozen=True)
class Api:
    """prefix: what stands before the key, where a host wants it (`Bearer`). words: who is spoken to, for messages."""

    client: Client
    project: str
    token: Secret
    words: Words
    now: Callable[[], dt.datetime]
    prefix: str = ""
    paths: Paths = Paths()

    def send(
        self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None
    ) -> Answer | NoAnswer:
        key = Secret(f"{self.prefix} {self.token.reveal()}") if self.prefix else self.token
        return self.client.send(
            Request(
                method,
                path,
                query=[("project", self.project), *query],
                headers={"authorization": key},
                body=None if body is None else json_body(body),
                secrets=(self.token,),
            )
        )

    def order_path(self, order_id: str, *more: str) -> str:
        return "/".join(("/orders", segment(order_id), *more))

    def problem(self, call: Call, answer: Answer | NoAnswer) -> Outcome | None:
        """None for an answer of success, whatever is in it."""
        if isinstance(answer, NoAnswer):
            return self.words.unanswered(call, answer)
        return None if 200 <= answer.status < 300 else self.words.refused(call, answer, self.now())

    def all(
        self, call: Call, path: str, name: str, shape: type[S], query: Sequence[tuple[str, str]] = ()
    ) -> tuple[S, ...] | Outcome:
        """Every entry of a list, page by page; members that are something else are left out."""
        found: list[S] = []
        for page in self._pages(call, path, name, query):
            if not isinstance(page, list):
                return page
            found += [one for each in page if (one := read(shape, each)) is not None]
        return tuple(found)

    def _pages(
        self, call: Call, path: str, name: str, query: Sequence[tuple[str, str]]
    ) -> Iterator[list[object] | Outcome]:
        token = 1
        for _ in range(MOST_PAGES):
            answer = self.send(
                "GET", path, query=[*query, ("pageToken", str(token)), ("pageSize", str(PAGE))]
            )
            if wrong := self.problem(call, answer):
                yield wrong
                return
            assert isinstance(answer, Answer), "what is no answer is a problem"
            page = answer.json
            entries = page.get(name) if isinstance(page, dict) else None
            if not isinstance(page, dict) or not isinstance(entries, list):
                yield self.words.unreadable(call)
                return
            yield entries
            following = page.get("nextPageToken")
            if not isinstance(following, int) or following <= token:
                return
            token = following
        yield self.words.unreadable(call)
