"""`ordinance test`: what is asked for; the tests are run by `testing`, again by `watching`, and written by `recording`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.happening import happening_options
from engine.cli.many import Many
from engine.cli.opening import decidable, folder_argument, ruleset_root


class Percent(click.IntRange):
    """`--coverage=90`; without a number none is asked for."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return -1 if value == "" else super().convert(value, param, ctx)


OPTIONAL = ("--coverage", "--min-coverage", "--mutate")


class Command(Many):
    """`--coverage` and `--mutate` take a number or none: what follows them and is no number is the folder."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spelled: list[str] = []
        rest = iter(range(len(args)))
        for at in rest:
            word, after = args[at], args[at + 1] if at + 1 < len(args) else ""
            if word == "--":
                spelled += args[at:]
                break
            if word in OPTIONAL and after.isdecimal():
                word += f"={args[next(rest)]}"
            elif word in OPTIONAL:
                word += "="
            spelled.append(word)
        return super().parse_args(ctx, spelled)


@click.command(cls=Command)
@folder_argument
@click.option("-k", "pattern", default="", metavar="PATTERN", help="Only tests whose title has this in it.")
@click.option(
    "--format", "into", type=click.Choice(["human", "json", "junit", "html"]), default="human", show_default=True,
    help="json: one line for each test; html: the rules, with what tests saw of them.",
)  # fmt: skip
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write into a file.")
@click.option(
    "--coverage", "--min-coverage", "least", type=Percent(0, 100), metavar="[=PERCENT]",
    help="What of the rules the tests see; exit 1 where it is less than PERCENT.",
)  # fmt: skip
@click.option(
    "--mutate", "most", type=Percent(1), metavar="[=MOST]",
    help="Change the rules, one thing at a time, and show what no test notices; at most so many changes.",
)  # fmt: skip
@click.option(
    "--allow-unnoticed", "allowed", type=click.IntRange(0), default=0, metavar="N",
    help="With --mutate: exit 1 only where more than these go unnoticed.",
)  # fmt: skip
@click.option(
    "--seed", type=int, default=0, show_default=True, help="With --mutate: which changes come first."
)
@click.option("--all", "everything", is_flag=True, help="With --coverage: also what was seen, and how often.")
@click.option("--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C.")
@click.option(
    "--record", is_flag=True, help="Write a test of what the rules do to an order, for you to read and keep."
)
@click.option(
    "--order", metavar="FILE", type=click.Path(path_type=Path), help="With --record: the sample order."
)
@click.option(
    "--to", "target", metavar="FILE", type=click.Path(path_type=Path),
    help="With --record: append the test to this rules file.",
)  # fmt: skip
@happening_options
@click.pass_context
def command(
    ctx: click.Context, folder: Path, pattern: str, into: str, output: Path | None, least: int | None, most: int | None,
    allowed: int, seed: int, everything: bool, watch: bool, record: bool, order: Path | None, target: Path | None,
    label: str, details: tuple[str, ...], at: str | None, answers: tuple[str, ...],
) -> None:  # fmt: skip
    """Run the tests that stand in the rules files; nothing is sent.

    A test happens at the time that `given now is ...` says; else when its order was placed (`date_added`); else on
    2026-01-01 at 09:00 in the store's time zone.

    --record writes down what IS, right or wrong: read it before you keep it. It takes --event, --with, --at and
    --answer as `ordinance dry-run` does; without --at it happens at the test's own time.

    \b
      ordinance test
      ordinance test -k "unknown SKU"
      ordinance test --watch
      ordinance test --coverage=90
      ordinance test --format html --output coverage.html
      ordinance test --mutate
      ordinance test --record --order samples/tee.json --to rules/orders.rules

    Exit code: 0 all is well, 1 a test failed, there was none to run, too little was seen or too much would go unnoticed,
    2 the rules have errors.
    """  # fmt: skip
    meant_for_record = [name for name, value in (("--order", order), ("--to", target)) if value is not None]
    for name in ("label", "details", "at", "answers"):
        if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            meant_for_record.append(
                {"label": "--event", "details": "--with", "answers": "--answer"}.get(name, "--at")
            )
    if meant_for_record and not record:
        raise click.UsageError(f"`{meant_for_record[0]}` is for `--record`; a test says these things itself")
    if most is None:
        for name, option in (("allowed", "--allow-unnoticed"), ("seed", "--seed")):
            if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
                raise click.UsageError(f"`{option}` is for `--mutate`; without it no change is tried")
    if record:
        if order is None:
            raise click.UsageError("`--record` needs an order: `--order samples/...`")
        from engine.cli.recording import record as write

        write(decidable(folder), ruleset_root(folder), order, label, details, at, answers, target)
        return
    if into == "html" and least is None:
        least = -1
    from engine.cli.testing import Wanted, told  # late: `--help` runs no tests

    wanted = Wanted(pattern, into, output, least, most, allowed, seed, everything)
    if watch:
        if most is not None or output is not None or into != "human":
            raise click.UsageError("`--watch` is for a terminal: it goes with `-k` and `--coverage` alone")
        from engine.cli.watching import watch as again

        again(folder, wanted)
        return
    if not told(decidable(folder), folder, wanted):
        ctx.exit(1)
