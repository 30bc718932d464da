"""E-mails over a shop's own mail server; or into a folder, where nobody gets them and everybody may look.

Called by the worker, which tries again. A repeat has the same Message-ID, by which mail programs know it for one. Where the
settings come from is `engine.adapters`; a password is shown by nobody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal

from actions.classify import shown
from actions.secret import Secret, hidden
from events.atomic import replacing
from events.failure import Failure, FailureKind
from events.outcome import Done, Failed, Outcome, RetryAfter, Unknown

SECONDS = 30
Security = Literal["starttls", "tls", "none"]
NOT_SIGNED_IN = "did not accept `user` and `password` of `mail` in ordinance.yaml"
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Server:
    """A shop's mail server and how to sign in there. sender: who the e-mails are from. tls: another trust than the
    machine's, for tests."""

    host: str
    sender: str
    port: int | None = None
    security: Security = "starttls"
    user: str = ""
    password: Secret | None = None
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context, repr=False)


@dataclass(frozen=True)
class SmtpMailer:
    server: Server
    now: Callable[[], dt.datetime]

    def send(self, key: str, to: str, subject: str, body: str) -> Outcome:
        try:
            letter = written(self.server.sender, key, to, subject, body, self.now())
        except (ValueError, MessageError):
            return Failed(
                (Failure(FailureKind.INVALID_ADDRESS, f"no e-mail can be addressed so: {shown(to)}"),)
            )
        signed_in = False
        try:
            smtp = self.connected()
            signed_in = True
            missed = delivered(smtp, letter)
        except smtplib.SMTPRecipientsRefused as refused:
            return self.refused(
                f"does not deliver to {_listed(refused.recipients)}", _first(refused.recipients)
            )
        except smtplib.SMTPAuthenticationError as refused:
            return RetryAfter(self.failure(FailureKind.AUTH_FAILED, NOT_SIGNED_IN, _said(refused)))
        except smtplib.SMTPSenderRefused as refused:
            return self.refused(f"does not take e-mails from {self.server.sender}", _said(refused))
        except smtplib.SMTPNotSupportedError:
            if signed_in:
                what = f"cannot write to {shown(to)}"
                return Failed((self.failure(FailureKind.INVALID_ADDRESS, what),))
            return RetryAfter(self.failure(FailureKind.UNAVAILABLE, self.otherwise()))
        except smtplib.SMTPResponseException as refused:
            return self.refused("did not take the e-mail", _said(refused))
        except (smtplib.SMTPException, OSError) as broken:
            if signed_in:
                return Unknown(self.failure(FailureKind.UNAVAILABLE, "broke off"))
            return RetryAfter(self.failure(FailureKind.UNAVAILABLE, self.otherwise(broken)))
        if missed:
            return Done(message=f"not delivered to {_listed(missed)}")
        return Done()

    def check(self) -> Outcome:
        """Signs in and sends nothing."""
        try:
            leave(self.connected())
        except smtplib.SMTPAuthenticationError as refused:
            return RetryAfter(self.failure(FailureKind.AUTH_FAILED, NOT_SIGNED_IN, _said(refused)))
        except (smtplib.SMTPException, OSError) as broken:
            return RetryAfter(self.failure(FailureKind.UNAVAILABLE, self.otherwise(broken)))
        return Done(message=f"the mail server {self.server.host} is there, and lets us in")

    def connected(self) -> smtplib.SMTP:
        """Encrypted and signed in."""
        server, port = self.server, self.server.port or PORTS[self.server.security]
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, port, timeout=SECONDS, context=server.tls())
        else:
            smtp = smtplib.SMTP(server.host, port, timeout=SECONDS)
        try:
            if server.security == "starttls":
                smtp.starttls(context=server.tls())
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password.reveal() if server.password else "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def otherwise(self, broken: BaseException | None = None) -> str:
        """Not there, or not as the settings say."""
        server = self.server
        port = server.port or PORTS[server.security]
        place = f"port {port}, security {server.security}; see `mail` in ordinance.yaml"
        if isinstance(broken, smtplib.SMTPNotSupportedError) or broken is None:
            return f"does not offer what is asked of it ({place})"
        if isinstance(broken, ssl.SSLCertVerificationError):
            return f"shows a certificate that is not trusted ({place})"
        return f"could not be reached ({place}){_why(broken)}"

    def refused(self, what: str, said: tuple[int, bytes | str]) -> Outcome:
        """The server's own number tells whether it is worth trying again: 4xx is for now, 5xx for good."""
        failure = self.failure(FailureKind.REJECTED, what, said)
        return RetryAfter(failure) if said[0] < 500 else Failed((failure,))

    def failure(self, kind: FailureKind, what: str, said: tuple[int, bytes | str] | None = None) -> Failure:
        """In the server's words too, which may say back what it was sent."""
        words = ""
        if said is not None:
            text = said[1] if isinstance(said[1], bytes) else said[1].encode()
            words = shown(
                hidden(text, [self.server.password] if self.server.password else []).decode(
                    "utf-8", "replace"
                )
            )
        message = f"the mail server {self.server.host} {what}" + (f": {words}" if words else "")
        return Failure(kind, message, (), str(said[0]) if said is not None else "")


@dataclass(frozen=True)
class FolderMailer:
    """The sandbox's mailbox: a file for each e-mail, as mail programs open it."""

    folder: Path
    sender: str
    now: Callable[[], dt.datetime]

    def send(self, key: str, to: str, subject: str, body: str) -> Outcome:
        try:
            letter = written(self.sender, key, to, subject, body, self.now())
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{_known_by(key)}.eml"
            with replacing(path) as aside:
                aside.write_bytes(letter.as_bytes())
        except (ValueError, MessageError):
            return Failed(
                (Failure(FailureKind.INVALID_ADDRESS, f"no e-mail can be addressed so: {shown(to)}"),)
            )
        except OSError as error:
            why = f"the mailbox {self.folder} cannot be written: {(error.strerror or str(error)).lower()}"
            return RetryAfter(Failure(FailureKind.UNAVAILABLE, why))
        return Done(message=f"put into {path}")


def delivered(smtp: smtplib.SMTP, letter: EmailMessage) -> dict[str, tuple[int, bytes]]:
    """To whom it was not delivered, where to somebody it was. How the server says good-bye makes no difference."""
    try:
        return smtp.send_message(letter)
    finally:
        leave(smtp)


def leave(smtp: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()


def written(sender: str, key: str, to: str, subject: str, body: str, now: dt.datetime) -> EmailMessage:
    """Raises ValueError where an address or the subject cannot stand in an e-mail."""
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{_known_by(key)}@{_domain(sender)}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(body)
    return letter


def sender_problem(text: str) -> str | None:
    """Why e-mails cannot be from there, or None."""
    name, address = parseaddr(text)
    try:
        Address(name, addr_spec=address)
    except (MessageError, ValueError, IndexError):
        address = ""
    if "@" in address and _domain(text) and text.isprintable():
        return None
    return f"`{shown(text)}` is no e-mail address such as `Acme Tees <orders@acme.example>`"


def _known_by(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _listed(recipients: dict[str, tuple[int, bytes]]) -> str:
    return ", ".join(shown(each) for each in recipients)


def _first(recipients: dict[str, tuple[int, bytes]]) -> tuple[int, bytes]:
    """The most hopeful of them: while one may be delivered later, it is tried again."""
    return min(recipients.values(), key=lambda said: said[0])


def _said(refused: smtplib.SMTPResponseException) -> tuple[int, bytes | str]:
    return refused.smtp_code, refused.smtp_error


def _why(broken: BaseException) -> str:
    text = broken.strerror if isinstance(broken, OSError) and broken.strerror else ""
    return f" ({shown(text).lower()})" if text else ""
