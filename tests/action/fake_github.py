"""GitHub's comments on issues, as far as the Action uses them, on a real socket: paging, permissions, limits, and bad days.

Written from GitHub's REST documentation ("Issue comments", "Rate limits"), and shares nothing with what it tests.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_canary0123456789"
LONGEST = 65_536


@dataclass
class Fault:
    """Given instead of the next answer to this method. after: the request is done first, and the answer lost."""

    method: str
    code: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False


@dataclass
class FakeGitHub:
    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    author: str = "Bot"

    def comment(self, body: str, kind: str = "User", association: str = "NONE") -> int:
        number = 1000 + len(self.comments)
        self.comments.append(
            {
                "id": number,
                "body": body,
                "user": {"login": "x", "type": kind},
                "author_association": association,
            }
        )
        return number

    @property
    def bodies(self) -> list[str]:
        return [each["body"] for each in self.comments]

    def answer(self, method: str, target: str, data: Any) -> tuple[int, Any]:
        split = urlsplit(target)
        if re.fullmatch(r"/repos/acme/shop/issues/7/comments", split.path):
            if method == "POST":
                if len(data["body"]) > LONGEST:
                    return 422, {
                        "message": "Validation Failed",
                        "errors": ["body is too long (maximum is 65536 characters)"],
                    }
                self.comment(data["body"], self.author)
                return 201, self.comments[-1]
            asked = parse_qs(split.query)
            size, page = int(asked.get("per_page", ["30"])[0]), int(asked.get("page", ["1"])[0])
            size = min(size, 100)
            return 200, self.comments[(page - 1) * size : page * size]
        found = re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", split.path)
        if found and method == "PATCH":
            comment = next(each for each in self.comments if each["id"] == int(found[1]))
            comment["body"] = data["body"]
            return 200, comment
        return 404, {"message": "Not Found"}


@contextmanager
def serving() -> Iterator[FakeGitHub]:
    fake = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            data = json.loads(self.rfile.read(length)) if length else None
            fake.requests.append(f"{self.command} {self.path}")
            fault = next((each for each in fake.faults if each.method == self.command), None)
            if self.headers.get("authorization") != f"Bearer {TOKEN}":
                code, body, headers = 401, {"message": "Bad credentials"}, {}
            elif fault is not None:
                fake.faults.remove(fault)
                if fault.after:
                    fake.answer(self.command, self.path, data)
                code, body, headers = fault.code, fault.body, fault.headers
            else:
                (code, body), headers = fake.answer(self.command, self.path, data), {}
            if not code:  # the line goes dead
                self.close_connection = True
                return
            text = json.dumps(body).encode()
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
