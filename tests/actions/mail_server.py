"""A mail server that keeps what it gets, and says what it is told to: enough of RFC 5321 for a client to be tested with."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """answers: what to say instead of the usual, by command (`RCPT`, `DATA`, `.` for the end of the letter, ...); blank hangs
    up. refused: recipients that are not there. password: what signing in takes; None takes no sign-in."""

    answers: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    password: str | None = None
    certificate: ssl.SSLContext | None = None
    at_once: bool = False
    port: int = 0
    letters: list[bytes] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        box = self.box
        if box.certificate is not None and box.at_once:
            self.encrypt(box.certificate)
        self.say(box.answers.get("HELLO", "220 mail.example.com"))
        while line := self.rfile.readline().decode().strip():
            verb = line.upper().split(":")[0].split()[0]
            box.spoken.append(line)
            if verb in box.answers:
                self.say(box.answers[verb])
            elif verb == "EHLO":
                able = ["mail.example.com"]
                able += (
                    ["STARTTLS"] if box.certificate and not isinstance(self.connection, ssl.SSLSocket) else []
                )
                able += ["AUTH PLAIN"] if box.password else []
                self.say("".join(f"250-{each}\r\n" for each in able) + "250 HELP")
            elif verb == "STARTTLS" and box.certificate is not None:
                self.say("220 go on")
                self.encrypt(box.certificate)
            elif verb == "AUTH":
                given = base64.b64decode(line.split()[2]).decode().split("\0")
                self.say("235 welcome" if given[2] == box.password else f"535 no: {given[2]} is wrong")
            elif verb == "RCPT":
                self.say(next((said for who, said in box.refused.items() if who in line), "250 ok"))
            elif verb == "DATA":
                self.say("354 go on")
                self.letter()
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")

    def letter(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.box.letters.append(b"".join(lines))
        self.say(self.box.answers.get(".", "250 taken"))

    def say(self, text: str) -> None:
        if text:
            self.wfile.write(f"{text}\r\n".encode())
            self.wfile.flush()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def encrypt(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is a part of the tests."""


@contextmanager
def mail_server(box: Mailbox) -> Iterator[Mailbox]:
    talk = type("Talk", (_Talk,), {"box": box})
    with _Server(("127.0.0.1", 0), talk) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
