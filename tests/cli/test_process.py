"""The command line as a process: what a shell, a pipe and a build server see."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from engine.cli import BROKEN_PIPE, COMMANDS, QUIT, ordinance, run
from tests.cli.conftest import Call, Shop

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "engine.cli"]
ENV = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM", "ORDINANCE_DEBUG")}
ENV |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "80"}
WRONG = 'rule "Wrong"\n  on "Order is Imported"\n  when order.contry is "DE"\n  do stop\n'


def process(*words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, env=ENV | env, timeout=60, check=False, cwd=cwd
    )


def at_a_terminal(*words: str, **env: str) -> str:
    """What stands on the screen."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen([*COMMAND, *words], stdout=theirs, stderr=theirs, stdin=theirs, env=ENV | env)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    running.wait(timeout=60)
    os.close(ours)
    return shown.decode()


def test_help_needs_nothing_heavy() -> None:
    program = (
        "import sys; from engine.cli import run; code = run(['--help']); "
        "print(code, *({'lark', 'pydantic', 'ruamel', 'rich', 're2', 'simplejson', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=ENV, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0"


def test_every_command_has_help_with_an_example_and_its_line(call: Call) -> None:
    whole = call("--help").out
    for name, (_, line) in COMMANDS.items():
        assert name in whole
        assert line.split(".")[0][:30] in whole
        said = call(name, "--help")
        assert said.code == 0
        assert f"ordinance {name}" in said.out.split("Options:")[0].partition("\n")[2]
        assert all(len(row) <= 82 for row in said.out.splitlines()), name


def parts_of(name: str) -> list[list[str]]:
    """A command by its words, or those of a group."""
    command = ordinance.get_command(click.Context(ordinance), name)
    return [[name, part] for part in command.commands] if isinstance(command, click.Group) else [[name]]


@pytest.mark.parametrize("words", [each for name in COMMANDS for each in parts_of(name)], ids=" ".join)
def test_every_command_says_its_exit_codes(words: list[str], call: Call) -> None:
    """Besides 1 and 2, which mean the same everywhere, what they mean here."""
    assert "Exit code: 0 " in " ".join(call(*words, "--help").out.split())


def test_an_unknown_command_is_2_with_the_near_one(call: Call) -> None:
    said = call("chekc")
    assert (said.code, said.out) == (2, "")
    assert "`check`" in said.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_ordinance(shell: str, call: Call) -> None:
    said = call("completion", shell)
    assert said.code == 0
    assert "_ORDINANCE_COMPLETE" in said.out


def test_the_version(call: Call) -> None:
    said = call("--version")
    assert said.code == 0
    assert said.out.startswith("ordinance ")


def test_results_and_notes_go_their_own_ways(shop: Shop) -> None:
    done = process("check", str(shop(files={"rules/9.rules": WRONG})))
    assert done.returncode == 1
    assert b"E201" in done.stdout
    assert b"E201" not in done.stderr
    assert done.stderr == b"1 error in 1 file\n"


@pytest.mark.parametrize(
    "words", [["check"], ["dry-run"], ["why", "--order", "samples/order.json"], ["test"], ["catalog"]]
)
def test_a_terminal_has_colours_and_no_color_has_none(words: list[str], shop: Shop) -> None:
    shop(files={"rules/9.rules": WRONG} if words == ["check"] else {})
    assert "\x1b[" in at_a_terminal(*words)
    assert "\x1b[" not in at_a_terminal(*words, NO_COLOR="1")
    assert b"\x1b[" not in process(*words).stdout


def test_nothing_is_wider_than_the_terminal(shop: Shop) -> None:
    shop("podos", "pov")
    for words in (
        ["dry-run", "--all"],
        ["why", "--order", "samples/podos.json"],
        ["catalog", "events"],
        ["test"],
    ):
        rows = process(*words).stdout.decode().splitlines()
        assert rows
        assert max(map(len, rows)) <= 80, max(rows, key=len)


@pytest.mark.parametrize(
    "words", [["catalog"], ["dry-run"], ["dry-run", "--format", "json"], ["why", "--order", "samples/podos.json"]]
)  # fmt: skip
def test_a_reader_that_goes_away_is_no_trouble(words: list[str], shop: Shop) -> None:
    shop("podos", "pov")
    running = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV)
    assert running.stdout is not None
    running.stdout.close()
    _, complaint = running.communicate(timeout=60)
    assert (running.returncode, complaint) == (BROKEN_PIPE, b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("words", [["dry-run", "--orders"], ["why", "--order"], ["import"]])
def test_orders_come_through_a_pipe(words: list[str], shop: Shop, tmp_path: Path) -> None:
    """As of `dry-run --orders <(curl ...)`: it can be opened once."""
    shop()
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    order = Path("samples/order.json").read_bytes()
    running = subprocess.Popen(
        [*COMMAND, *words, str(pipe)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV
    )
    pipe.write_bytes(order)
    out, complaint = running.communicate(timeout=60)
    assert (running.returncode, complaint) == (0, b"")
    assert b"1001" in out


def test_no_name_acts_on_the_terminal(shop: Shop, tmp_path: Path) -> None:
    shop()
    (tmp_path / "\x1b[2J\u202e.json").write_text('{"refund": {"id": 1}}')
    evil = Path("samples/evil.json")
    evil.write_text(
        '{"id": "\\u001b[31m", "source_name": "\\u009b31m\\u202e", "order_items": [{"name": "\\u0007"}]}'
    )
    for words in (
        ["dry-run", "--orders", str(tmp_path / "\x1b[2J\u202e.json")],
        ["why", "--order", str(tmp_path / "\x1b[2J\u202e.json")],
        ["import", str(tmp_path / "\x1b[2J\u202e.json")],
        ["dry-run", "--orders", "\x1b[2J\u202e"],
        ["why", "--order", str(evil), "--rule", "\x1b[2J\u202e"],
        ["dry-run"], ["dry-run", "--format", "json"], ["dry-run", "--format", "markdown"],
        ["dry-run", "--format", "html"], ["why", "--order", str(evil)], ["import", str(evil)],
    ):  # fmt: skip
        shown = at_a_terminal(*words, NO_COLOR="1")
        assert shown
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown), words


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_written_into_a_pipe_leaves_the_pipe_there(shop: Shop, tmp_path: Path) -> None:
    """As of `--output /dev/stdout`: a device that were replaced by a file would be gone."""
    shop()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    running = subprocess.Popen([*COMMAND, "dry-run", "--output", str(pipe)], stderr=subprocess.PIPE, env=ENV)
    assert "Order 1001" in pipe.read_text("utf-8")
    running.communicate(timeout=60)
    assert running.returncode == 0
    assert pipe.is_fifo()


def test_ctrl_c_ends_quietly(shop: Shop) -> None:
    """`import -` waits for what is piped in."""
    shop()
    running = subprocess.Popen(
        [*COMMAND, "import", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENV,
    )
    assert running.stdin is not None
    wait_until_reading(running.pid)
    running.send_signal(signal.SIGINT)
    out, complaint = running.communicate(timeout=60)
    assert (running.returncode, out, complaint) == (QUIT, b"", b"\n")


def wait_until_reading(pid: int) -> None:
    for _ in range(600):
        if "pipe" in Path(f"/proc/{pid}/wchan").read_text():
            return
        time.sleep(0.05)


@pytest.mark.parametrize(
    "path", ["ordinance.yaml", "rules/1-orders.rules", "samples/order.json", "inventory.csv"]
)
@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n" * 9, b"{" * 5000, b'"' * 5000, b"&a [*a, *a]", b"\xed\xa0\x80"],
)  # fmt: skip
def test_no_bytes_in_any_file_are_our_mistake(path: str, data: bytes, call: Call, shop: Shop) -> None:
    folder = shop("podos")
    (folder / path).write_bytes(data)
    for command in ("check", "dry-run", "test", "export", "catalog"):
        said = call(command)
        assert said.code in (0, 1, 2), said
        assert "mistake" not in said.err, said.err
        assert "Traceback" not in said.err


def test_our_own_mistake_is_one_line_and_2(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> str:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr("engine.cli.explain.explain", broken)
    said = call("explain", "E201")
    assert said.code == 2
    assert said.err.startswith(
        "ordinance: this is our mistake, not yours (ZeroDivisionError: a b); please report it"
    )
    assert said.err.count("\n") == 1
    monkeypatch.setenv("ORDINANCE_DEBUG", "1")
    assert "Traceback" in call("explain", "E201").err


def test_the_disk_is_the_worlds_mistake_and_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no full disk here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "catalog"], stdout=full, stderr=subprocess.PIPE, env=ENV, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().strip().endswith("no space left on device")
    assert run(["--version"]) == 0
