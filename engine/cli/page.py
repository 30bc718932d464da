"""`docs/commands.md`, from the commands' own help. Called by `engine.docs`, so that the page cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator

import click

from engine.cli import COMMANDS, ordinance

INTRODUCTION = """\
# Commands

`ordinance COMMAND --help` prints what stands here. Commands look for a ruleset, a folder with an `ordinance.yaml`, in the
folder you are in and above it, or in the one that is named.

| exit code | |
|---|---|
| 0 | clean |
| 1 | findings: something in the rules or orders is to be looked at |
| 2 | it could not be done, and stderr says why in a line |
| 130, 141 | somebody pressed Ctrl-C, or the reader of a pipe went away |

Results go to stdout; progress and notes go to stderr. There are colours at a terminal only, and none where `NO_COLOR` is
set. `ORDINANCE_DEBUG=1` adds what we need to know when something is our own mistake.

Options that take several values take them after one another, as a shell's `*.json` gives them, or one by one:
`--orders a.json b.json`, `--orders a.json --orders b.json`. A folder that holds a ruleset ends the list.
"""

WIDTH = 80


def commands() -> str:
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield INTRODUCTION
    context = click.Context(ordinance, info_name="ordinance", terminal_width=WIDTH)
    for name in COMMANDS:
        command = ordinance.get_command(context, name)
        assert command is not None
        inner = click.Context(
            command, context, name, terminal_width=WIDTH, help_option_names=["-h", "--help"]
        )
        yield f"## {name}\n"
        yield f"```text\n{command.get_help(inner)}\n```\n"
        for part in command.commands.values() if isinstance(command, click.Group) else ():
            own = click.Context(
                part, inner, part.name, terminal_width=WIDTH, help_option_names=["-h", "--help"]
            )
            yield f"### {name} {part.name}\n"
            yield f"```text\n{part.get_help(own)}\n```\n"
        if name in MORE:
            yield MORE[name]


MORE = {
    "check": """\
Samples are looked at as well: files that hold no order (W585), ids of folders that have no name (W510), and e-mail addresses
that may be real people's (W509).
""",
    "dry-run": """\
The event defaults to *Order is Imported*, the time to now, the orders to the ruleset's samples. Orders that say no folder
are in the first one. `docs/schemas/` has the schema of `--format json`.
""",
    "test": """\
`with` changes the sample before anything happens: items first, with the totals that follow from them, then what is said of
the order, then tags. With several `when`, each is a chain of its own on the order as the one before left it, and
conditions are looked at after the last. A rule has fired where it fired anywhere in the test; a rule in shadow has not. An
action has happened where a rule did or planned it with the values that are named; text compares as everywhere.

Where a test fails, the rule that it is about is shown with its conditions and what was read; for an `expect` of the order or
of an action, the rules that would have made it so, or those that made it otherwise.

`--coverage` asks of each rule that a test has it fire, of each condition that one has it met and one not met, of each row of
a table (and `otherwise`) that one comes to it; of a table in a CSV file, that one finds a row and one finds none. What comes
after a `stop` is not looked at. A rule that is off, and settings, are not asked; nobody asks for a missing value, but `--all`,
the page and the JSON say of which conditions no test had one.

`--mutate` changes one thing at a time: a condition turned round or left out, a part of `and` or `or` left out, a bound moved
by its smallest step, a member, a row, an event or an action left out, another folder, tag, printer or answer, two rules in
another order. What the checker refuses, and what can be seen to change nothing, is not counted. The tests that reach the
place are run; what none of them notices is shown with a hint which test would. CSV tables are data and are not changed, nor
are rules in shadow, of which a test sees nothing. Not everything that is shown is a gap: two ways of saying the same give no
test that tells them apart.

`--watch` runs what a change concerns: a test is run again where it, its sample, or a rule of an event that came about in it
is another; a change of anything but rules and tests runs all.

`--format json` prints a line for each test (`ordinance.test/1`), then one for `--coverage` (`ordinance.coverage/1`) and one for
`--mutate` (`ordinance.mutants/1`); `docs/schemas/` has their schemas. `--format html` is the page of `--coverage`.
""",
    "diff": """\
Both versions read the same orders: the samples of both, the newer text where both have one, or those of `--orders` alone. A
history is read line by line, and a store only read: its orders as they came in, where the event is *Order is Imported*, else
as they are. Fields, folders, tags, what would be sent, rules that fired and events are compared, each with the rule that
made it so on either side. A change of comments is no change of a rule. `--format json` prints one object, `ordinance.diff/2`
(`docs/schemas/`). [docs/reviewing.md](reviewing.md) follows a pull request from start to end.
""",
    "import": """\
Our own JSON of an order is Order Desk's order object with `folder` (a name), `tags` and `currency` beside it. Made-up data
keeps its shape, and the same person is the same everywhere, so that rules still do what they did.
""",
    "run": """\
What is to be done is in the store before anything is sent, and a submission whose outcome nobody knows is asked after before
it is sent again. `mail:` in ordinance.yaml has `server`, `from`, `user`, `password` (a reference), and where needed `port` and
`security` (`starttls`, `tls`, `none`); `post:` has `store_id` and `api_key` (a reference), with which posts are signed.
""",
    "plan": """\
The plan is a file of JSON lines, `ordinance.plan/1`: one that says what it was made with (the event, the digests of the
ruleset's files, each connection's mode and a fingerprint of its credentials), then one for each order with its `effects`, the
`lines` of a dry run, and the order as it was `before`. It holds customers' data: it does not belong into git.
""",
    "history": """\
A revision is the digest of all files of the ruleset. The store keeps the text of every revision that decided something.
""",
    "outbox": """\
`waits`: it is done when it is due. `needs a person`: nobody here can find out what became of it, or the mode or credentials
are others than it was planned with. What is settled stays, and `--all` lists it.
""",
    "export": """\
`ordinance.form/1` has `store`, `chain_limit`, `events` (each with `id`, `label` and its `rules` in the order in which they
are tried, settings that act last) and `tables`. Every node has `node`, the kind it is, and `at`, the place in the rules as
`file:line:column`. Definitions are named and stand where they are used. A constant that JSON has no form for is
`{"date": ...}`, `{"time": ...}` or `{"seconds": ...}`; numbers have all their digits.
""",
}
"""What is too long for a help."""
