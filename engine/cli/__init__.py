"""The command line, `ordinance`: one command a file, each loaded when it is called, so that `--help` answers at once.

Here is what all commands have in common: how they are found, and what becomes of everything that ends one: the exit
codes are 0 for clean, 1 for findings, 2 for what could not be done. Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from engine.cli.terminal import note, reason

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "new": ("new", "Begin a ruleset that works and can be tried at once."),
        "check": ("check", "Find everything that is wrong with a ruleset."),
        "fmt": ("fmt", "Lay rules files out in the one way that all rules are."),
        "dry-run": ("dry_run", "Show what the rules would do to orders; nothing is sent."),
        "why": ("why", "Show for one order why each rule fired or did not."),
        "test": ("test", "Run the tests that stand in the rules files."),
        "diff": ("diff", "Show which orders two versions of a ruleset treat differently."),
        "run": ("running", "Run the rules for real: schedules, submissions, tracking."),
        "plan": ("plan", "Write down what would really be done to orders."),
        "apply": ("apply", "Do what a plan says, while everything is still so."),
        "orders": ("orders", "Take orders in; list, show, move and forget them."),
        "history": ("history", "Show what was done to an order, and why."),
        "event": ("event", "Let something happen to orders by hand."),
        "press": ("press", "Press a button for an order."),
        "outbox": ("outbox", "See what waits to be sent, and settle what is stuck."),
        "integrations": ("integrations", "Connect printers, and see that they answer."),
        "sandbox": ("sandbox", "Run printers on this machine that print nothing."),
        "backup": ("backup", "Write a copy of the store."),
        "restore": ("restore", "Put a backup in the store's place."),
        "prune": ("prune", "Take out of the store what nobody needs any more."),
        "catalog": ("catalog", "Search the events, actions, fields and functions of rules."),
        "doc": ("doc", "Write the rules down as a page that anybody can read."),
        "explain": ("explain", "Explain a code such as E201 that `check` printed."),
        "import": ("import_orders", "Read orders of Order Desk, Shopify or WooCommerce."),
        "export": ("export", "Print the rules as JSON for other programs."),
        "lsp": ("lsp", "Serve an editor: findings as you type, completion and more."),
        "completion": ("completion", "Print the script that completes commands in a shell."),
    }
)
"""Name -> module and the line of `ordinance --help`. No module is called `run`, which would hide the function below."""

QUIT = 130
BROKEN_PIPE = 141
"""What a shell gives for a command that was interrupted, or whose reader went away."""


class ReaderGone(Exception):
    """Whoever read our output has enough of it, as `head` has."""


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"engine.cli.{COMMANDS[cmd_name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                code = super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            raise ReaderGone from None  # click would leave with 1, which is for findings
        return code

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from dsl.nearest import choices_help

            near = choices_help("command", args[0], COMMANDS)
            raise click.UsageError(f"unknown command `{args[0]}`{f'; {near}' if near else ''}", ctx)
        return super().resolve_command(ctx, args)


def version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib import metadata  # slow to import, and only asked for here

    try:
        number = metadata.version("ordinance")
    except metadata.PackageNotFoundError:
        number = "(run from its source)"
    click.echo(f"ordinance {number}")
    ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=version, help="Print the version."
)
def ordinance() -> None:
    """Rules for orders, in files that you can review.

    A ruleset is a folder with an ordinance.yaml and rules files. Commands look for it in the folder you are in and
    above, or in the one you name.

    \b
    Begin here:
      ordinance new shop --with podos
      cd shop
      ordinance check
      ordinance dry-run

    Every command explains itself, with examples: ordinance dry-run --help
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: runs a command and leaves with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a name may have letters that the terminal has not
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    try:
        code = ordinance.main(arguments, prog_name="ordinance", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return QUIT
    except ReaderGone:
        _give_up_stdout()
        return BROKEN_PIPE
    except OSError as world:
        note(f"ordinance: {world.filename or 'the system'}: {reason(world)}")
        try:
            sys.stdout.flush()
        except OSError:  # what could not be written is still waiting
            _give_up_stdout()
        return 2
    except Exception as bug:  # noqa: BLE001 - the outermost loop: only our own mistakes come here
        return our_mistake(bug)


def _give_up_stdout() -> None:
    """Python flushes once more when it ends, and would complain then and leave with 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def our_mistake(bug: Exception) -> int:
    if os.environ.get("ORDINANCE_DEBUG"):
        import traceback

        traceback.print_exception(bug)
    about = " ".join(f"{type(bug).__name__}: {bug}".split())
    note(
        f"ordinance: this is our mistake, not yours ({about[:200]}); please report it, "
        "with what ORDINANCE_DEBUG=1 adds"
    )
    return 2
