"""One step of the Action: compares the rules of a pull request with those it would be merged into, and says so in it.

Called by `action.yml`, with everything in the environment. Talking to GitHub is `github`'s, the comparison is `ordinance
diff`'s. A comparison that cannot be done (there was no ruleset before) is told and no failure: `ordinance check` fails
where the rules are wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from github import Forge, Refusal, Saying

TITLE = "Which orders come out differently"


def main(environment: Mapping[str, str]) -> int:
    ruleset = environment.get("RULESET") or "."
    event = read_event(environment.get("GITHUB_EVENT_PATH", ""))
    base = base_of(event, environment)
    if base is None:
        say("notice", "there is nothing to compare with: this is no pull request, and no `base` is named")
        return output(environment, "unknown")
    ref = known(base, environment.get("GITHUB_BASE_REF", ""))
    if ref is None:
        say("warning", f"git does not know `{base}`, and it could not be fetched")
        return output(environment, "unknown")
    done = subprocess.run(
        [
            environment.get("ORDINANCE") or "ordinance",
            "diff",
            ref,
            ruleset,
            *orders(environment),
            "--format",
            "markdown",
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    sys.stderr.write(done.stderr)
    if done.returncode not in (0, 1):
        say("warning", (done.stderr.strip() or "ordinance diff ended without a word").splitlines()[-1])
        return output(environment, "unknown")
    differs = done.returncode == 1
    untouched = not differs and git("diff", "--quiet", ref, "--", ruleset).returncode == 0
    tell(environment, event, Saying(ruleset, done.stdout), only_renew=untouched)
    return output(environment, "true" if differs else "false")


def tell(
    environment: Mapping[str, str], event: Mapping[str, object], saying: Saying, *, only_renew: bool
) -> None:
    """A comment where that is wanted and allowed; else the summary of the job."""
    number = pull_request(event).get("number")
    if environment.get("COMMENT", "true") != "true" or not isinstance(number, int):
        summarize(environment, saying.text)
        return
    forge = Forge(
        environment.get("GITHUB_API_URL") or "https://api.github.com",
        environment.get("GITHUB_REPOSITORY", ""),
        environment.get("TOKEN", ""),
    )
    try:
        print(forge.say(number, saying, only_renew=only_renew))
    except Refusal as why:
        say("notice", f"the comparison is in the summary of this job: {why}")
        summarize(environment, saying.text)
        return
    if saying.shortened:
        summarize(environment, saying.text)


def read_event(path: str) -> Mapping[str, object]:
    if not path:
        return {}
    found = json.loads(Path(path).read_text("utf-8"))
    return found if isinstance(found, dict) else {}


def pull_request(event: Mapping[str, object]) -> Mapping[str, object]:
    found = event.get("pull_request")
    return found if isinstance(found, dict) else {}


def base_of(event: Mapping[str, object], environment: Mapping[str, str]) -> str | None:
    """What the input says, else what the pull request would be merged into."""
    base = pull_request(event).get("base")
    sha = base.get("sha") if isinstance(base, dict) else None
    return environment.get("BASE") or (sha if isinstance(sha, str) else None)


def known(base: str, branch: str) -> str | None:
    """A name for the commit that reads well. Fetched where the checkout has only the newest commit."""
    sha = commit(base)
    if (
        sha is None
        and git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", "--", base).returncode == 0
    ):
        sha = commit("FETCH_HEAD")
    if sha is None:
        return None
    name = f"origin/{branch or base}"
    if (
        git("check-ref-format", f"refs/remotes/{name}").returncode
        or git("update-ref", f"refs/remotes/{name}", sha).returncode
    ):
        return sha
    return name


def commit(name: str) -> str | None:
    found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.stdout.strip() if found.returncode == 0 else None


def git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], capture_output=True, text=True, encoding="utf-8", check=False)


def orders(environment: Mapping[str, str]) -> list[str]:
    """A file or folder a line."""
    paths = [line.strip() for line in environment.get("ORDERS", "").splitlines()]
    return [word for path in paths if path for word in ("--orders", path)]


def summarize(environment: Mapping[str, str], text: str) -> None:
    path = environment.get("GITHUB_STEP_SUMMARY")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def output(environment: Mapping[str, str], differs: str) -> int:
    path = environment.get("GITHUB_OUTPUT")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"differs={differs}\n")
    return 0


def say(kind: str, text: str) -> None:
    """A workflow command; what stands in it can be no other."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{kind} title={TITLE}::{escaped}")


if __name__ == "__main__":
    sys.exit(main(os.environ))
