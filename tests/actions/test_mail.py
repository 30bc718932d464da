"""E-mails as a mail server gets them, and what becomes of them when it does not want them. Expected: RFC 5321 and 5322."""

from __future__ import annotations

import datetime as dt
import shutil
import ssl
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from actions.mail import FolderMailer, Server, SmtpMailer, sender_problem
from actions.secret import Secret
from events.failure import FailureKind
from events.outcome import Done, Failed, Outcome, RetryAfter, Unknown
from tests.actions.mail_server import Mailbox, mail_server

NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
FROM = "Acme Tees <orders@acme.example>"
CANARY = "hunter2-canary"


def sent(box: Mailbox, to: str = "ann@example.com", body: str = "It is late.", **settings: Any) -> Outcome:
    with mail_server(box):
        server = Server("127.0.0.1", FROM, box.port, **{"security": "none", **settings})
        return SmtpMailer(server, lambda: NOW).send("email|1001|d1|0", to, "Your order", body)


def letter(data: bytes) -> EmailMessage:
    read = message_from_bytes(data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_what_the_receiver_gets() -> None:
    box = Mailbox()
    assert sent(box, "ann@example.com, bob@example.com", "Grüße, Ånn\n.\nbye") == Done()
    (data,) = box.letters
    got = letter(data)
    assert (got["From"], got["To"], got["Subject"]) == (
        FROM,
        "ann@example.com, bob@example.com",
        "Your order",
    )
    assert got["Date"].datetime == NOW
    assert got.get_content().replace("\r\n", "\n") == "Grüße, Ånn\n.\nbye\n"
    assert [each.split("<")[1] for each in box.spoken if "<" in each] == [
        "orders@acme.example>", "ann@example.com>", "bob@example.com>",
    ]  # fmt: skip


def test_a_repeat_is_known_by_its_message_id_and_another_e_mail_is_not() -> None:
    box = Mailbox()
    with mail_server(box):
        mailer = SmtpMailer(Server("127.0.0.1", FROM, box.port, "none"), lambda: NOW)
        for key in ("one", "one", "other"):
            mailer.send(key, "ann@example.com", "s", "b")
    ids = [letter(each)["Message-ID"] for each in box.letters]
    assert ids[0] == ids[1] != ids[2]
    assert all(each.endswith("@acme.example>") for each in ids)


@pytest.mark.parametrize(
    ("box", "kind", "words"),
    [
        (
            Mailbox(refused={"ann": "550 no such user"}),
            Failed,
            "does not deliver to ann@example.com: no such user",
        ),
        (Mailbox(refused={"ann": "450 mailbox busy"}), RetryAfter, "mailbox busy"),
        (Mailbox(answers={"MAIL": "553 not yours"}), Failed, "does not take e-mails from Acme Tees"),
        (Mailbox(answers={"MAIL": "451 later"}), RetryAfter, "later"),
        (Mailbox(answers={".": "554 spam"}), Failed, "did not take the e-mail: spam"),
        (Mailbox(answers={".": "452 full"}), RetryAfter, "full"),
        (Mailbox(answers={"DATA": "451 later"}), RetryAfter, "later"),
        (Mailbox(answers={"HELLO": "421 too busy"}), RetryAfter, "too busy"),
        (Mailbox(answers={".": ""}), Unknown, "broke off"),
        (Mailbox(answers={"EHLO": "", "HELO": ""}), RetryAfter, "could not be reached"),
        (Mailbox(answers={"QUIT": "500 what?"}), Done, ""),
        (Mailbox(answers={"QUIT": ""}), Done, ""),
    ],
    ids=lambda value: str(getattr(value, "answers", "") or getattr(value, "refused", "")) or None,
)
def test_what_the_server_says_decides_what_becomes_of_it(box: Mailbox, kind: type, words: str) -> None:
    outcome = sent(box)
    assert isinstance(outcome, kind), outcome
    assert words in str(outcome)


def test_who_cannot_be_written_to_is_named_while_the_others_get_it() -> None:
    box = Mailbox(refused={"bob": "550 no such user"})
    outcome = sent(box, "ann@example.com, bob@example.com")
    assert outcome == Done(message="not delivered to bob@example.com")
    assert len(box.letters) == 1


def test_a_server_that_is_not_there_is_tried_again() -> None:
    outcome = SmtpMailer(Server("127.0.0.1", FROM, 1, "none"), lambda: NOW).send(
        "k", "a@example.com", "s", "b"
    )
    assert isinstance(outcome, RetryAfter)
    assert "127.0.0.1 could not be reached (port 1, security none" in outcome.failure.message


def test_signing_in_with_the_right_password_and_with_a_wrong_one() -> None:
    box = Mailbox(password=CANARY)
    assert sent(box, user="shop", password=Secret(CANARY)) == Done()
    outcome = sent(Mailbox(password="another"), user="shop", password=Secret(CANARY))
    assert isinstance(outcome, RetryAfter)
    assert outcome.failure.kind is FailureKind.AUTH_FAILED
    assert "did not accept `user` and `password` of `mail` in ordinance.yaml" in outcome.failure.message
    assert CANARY not in f"{outcome!r}{outcome}"  # this server says the password back


def test_the_password_is_in_no_repr() -> None:
    server = Server("mail.example.com", FROM, password=Secret(CANARY))
    assert CANARY not in f"{server!r}{SmtpMailer(server, lambda: NOW)!r}"


@pytest.mark.parametrize("at_once", [False, True], ids=["starttls", "tls"])
def test_an_encrypted_way(tmp_path: Path, at_once: bool) -> None:
    certificate, trusting = certified(tmp_path)
    box = Mailbox(certificate=certificate, at_once=at_once, password=CANARY)
    security = "tls" if at_once else "starttls"
    assert sent(box, security=security, tls=lambda: trusting, user="shop", password=Secret(CANARY)) == Done()
    stranger = Mailbox(certificate=certificate, at_once=at_once)
    outcome = sent(stranger, security=security)
    assert isinstance(outcome, RetryAfter)
    assert "shows a certificate that is not trusted" in outcome.failure.message
    assert stranger.letters == []


def test_nothing_is_sent_unencrypted_where_encryption_is_asked_for() -> None:
    box = Mailbox()
    outcome = sent(box, security="starttls", user="shop", password=Secret(CANARY))
    assert isinstance(outcome, RetryAfter)
    assert "does not offer what is asked of it" in outcome.failure.message
    assert box.letters == []
    assert not any("AUTH" in each for each in box.spoken)


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for 127.0.0.1, and a client's that trusts it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate with")
    key, cert = folder / "key.pem", folder / "cert.pem"
    words = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=mail",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    subprocess.run(["openssl", *words, "-keyout", key, "-out", cert], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


def test_the_sandbox_mailbox_is_a_folder_that_mail_programs_can_open(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mailbox", FROM, lambda: NOW)
    for key in ("one", "one", "other"):
        outcome = mailer.send(key, "ann@example.com", "Your order", "It is late.")
        assert isinstance(outcome, Done)
    files = sorted((tmp_path / "mailbox").iterdir())
    assert [each.suffix for each in files] == [".eml", ".eml"]
    assert letter(files[0].read_bytes())["To"] == "ann@example.com"


def test_a_mailbox_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file stands here")
    outcome = FolderMailer(tmp_path / "mailbox", FROM, lambda: NOW).send("k", "a@example.com", "s", "b")
    assert isinstance(outcome, RetryAfter)


@pytest.mark.parametrize(
    "text", [FROM, "orders@acme.example", "Ånn <a@acme.example>", '"Tees, Acme" <a@acme.example>']
)
def test_who_an_e_mail_may_be_from(text: str) -> None:
    assert sender_problem(text) is None


@pytest.mark.parametrize(
    "text", ["", "Acme", "acme.example", "a@", "@acme.example", "a@b\nBcc: c@d", "a b@acme.example"]
)
def test_who_an_e_mail_cannot_be_from(text: str) -> None:
    assert "is no e-mail address such as" in (sender_problem(text) or "")
