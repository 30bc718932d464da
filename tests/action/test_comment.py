"""The comment of a pull request: written once, renewed after that, whatever GitHub answers. Against a fake on a real socket."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.action.fake_github import TOKEN, FakeGitHub, Fault, serving

SCRIPTS = Path(__file__).parents[2] / ".github" / "action"
MARKER = "<!-- ordinance diff: shop -->"
NO = {"message": "Resource not accessible by integration"}


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with serving() as found:
        yield found


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import github

    monkeypatch.setitem(sys.modules, "github", github)
    return github


class Slept(list[float]):
    """How long it would have waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def forge(github: Any, fake: FakeGitHub, slept: Slept | None = None, token: str = TOKEN) -> Any:
    return github.Forge(fake.url, "acme/shop", token, slept if slept is not None else Slept())


def say(github: Any, fake: FakeGitHub, text: str = "### Rules\n", **more: Any) -> str:
    return str(forge(github, fake).say(7, github.Saying("shop/", text), **more))


def test_it_is_written_once_and_renewed_after_that(github: Any, fake: FakeGitHub) -> None:
    assert say(github, fake) == "the comment was written"
    assert say(github, fake, "### Other\n") == "the comment was renewed"
    assert say(github, fake, "### Other\n") == "the comment says so already"
    assert fake.bodies == [f"{MARKER}\n### Other\n"]
    assert [each.split()[0] for each in fake.requests] == ["GET", "POST", "GET", "PATCH", "GET"]


def test_each_ruleset_has_a_comment_of_its_own(github: Any, fake: FakeGitHub) -> None:
    forge(github, fake).say(7, github.Saying("shop", "a"))
    forge(github, fake).say(7, github.Saying("other -- shop", "b"))
    assert len(fake.bodies) == 2
    assert "--" not in fake.bodies[1].partition("\n")[0].removeprefix("<!--").removesuffix("-->")


def test_it_is_found_behind_more_comments_than_a_page_has(github: Any, fake: FakeGitHub) -> None:
    for n in range(250):
        fake.comment(f"talk {n}")
    fake.comments[230]["body"], fake.comments[230]["user"] = f"{MARKER}\nold", {"type": "Bot"}
    assert say(github, fake) == "the comment was renewed"
    assert len(fake.comments) == 250
    assert len([each for each in fake.requests if each.startswith("GET")]) == 3


def test_a_full_last_page_is_followed_by_an_empty_one(github: Any, fake: FakeGitHub) -> None:
    for n in range(100):
        fake.comment(f"talk {n}")
    assert say(github, fake) == "the comment was written"


def test_of_two_the_first_is_renewed(github: Any, fake: FakeGitHub) -> None:
    fake.comment(f"{MARKER}\nfirst", "Bot")
    fake.comment(f"{MARKER}\nsecond", "Bot")
    say(github, fake, "new")
    assert fake.bodies == [f"{MARKER}\nnew", f"{MARKER}\nsecond"]


def test_a_strangers_comment_with_our_marker_is_left_alone(github: Any, fake: FakeGitHub) -> None:
    fake.comment(f"{MARKER}\nmine, said the stranger")
    fake.comment(f"> {MARKER}\nquoted", "Bot")
    assert say(github, fake) == "the comment was written"
    fake.comments[-1] |= {"user": {"type": "User"}, "author_association": "MEMBER"}  # somebody's own token
    assert say(github, fake, "new") == "the comment was renewed"
    assert fake.bodies[0] == f"{MARKER}\nmine, said the stranger"


def test_where_nothing_is_touched_nothing_is_begun(github: Any, fake: FakeGitHub) -> None:
    assert "no comment to renew" in say(github, fake, only_renew=True)
    assert fake.comments == []
    say(github, fake)
    assert say(github, fake, "all alike", only_renew=True) == "the comment was renewed"


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_token_that_may_not_is_told(code: int, github: Any, fake: FakeGitHub) -> None:
    fake.faults.append(Fault("POST", code, NO))
    with pytest.raises(
        github.Refusal, match="this token may not write comments, as in a pull request from a fork"
    ):
        say(github, fake)


def test_too_long_is_cut_before_what_unfolds(github: Any, fake: FakeGitHub) -> None:
    saying = github.Saying("shop", "### Rules\n" + "<details>x</details>\n" * 5_000)
    forge(github, fake).say(7, saying)
    assert saying.shortened
    assert fake.bodies == [
        f"{MARKER}\n### Rules\n\nThe rest is too long for a comment; the summary of the job has it.\n"
    ]


def test_too_long_for_github_is_cut_once_more(github: Any, fake: FakeGitHub) -> None:
    too_long = {"message": "Validation Failed", "errors": ["body is too long (maximum is 65536 characters)"]}
    fake.faults.append(Fault("POST", 422, too_long))
    saying = github.Saying("shop", "### Rules\n<details>x</details>")
    assert forge(github, fake).say(7, saying) == "the comment was written"
    assert saying.shortened
    assert "<details" not in fake.bodies[0]


def test_other_refusals_are_told_without_the_token(github: Any, fake: FakeGitHub) -> None:
    fake.faults.append(Fault("POST", 422, {"message": f"no, {TOKEN}\nnever"}))
    with pytest.raises(github.Refusal) as told:
        say(github, fake)
    assert "422" in str(told.value)
    assert TOKEN not in str(told.value)
    assert "\n" not in str(told.value)


def test_it_waits_when_asked_to_and_not_for_ever(github: Any, fake: FakeGitHub) -> None:
    slept = Slept()
    fake.faults.append(Fault("POST", 403, {"message": "secondary rate limit"}, {"retry-after": "7"}))
    assert forge(github, fake, slept).say(7, github.Saying("shop", "x")) == "the comment was written"
    assert slept == [7]
    fake.faults.append(
        Fault("GET", 403, {}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"})
    )
    with pytest.raises(github.Refusal, match="rate limit"):
        say(github, fake)


@pytest.mark.parametrize("fault", [Fault("POST", 502, after=True), Fault("POST", 0, after=True)])
def test_an_answer_that_is_lost_makes_no_second_comment(fault: Fault, github: Any, fake: FakeGitHub) -> None:
    fake.faults.append(fault)
    assert say(github, fake) == "the comment says so already"
    assert len(fake.comments) == 1


def test_a_request_that_was_lost_is_done_again(github: Any, fake: FakeGitHub) -> None:
    fake.faults += [Fault("POST", 502), Fault("GET", 500)]
    assert say(github, fake) == "the comment was written"
    assert len(fake.comments) == 1


def test_github_that_is_away_is_told(github: Any, fake: FakeGitHub) -> None:
    fake.faults += [Fault("GET", 503) for _ in range(20)]
    with pytest.raises(github.Refusal, match="GitHub did not answer"):
        say(github, fake)


def test_the_token_is_not_carried_elsewhere(github: Any, fake: FakeGitHub) -> None:
    with serving() as elsewhere:
        fake.faults.append(
            Fault("GET", 301, {}, {"location": f"{elsewhere.url}/repos/acme/shop/issues/7/comments"})
        )
        with pytest.raises(github.Refusal):
            say(github, fake)
        assert elsewhere.requests == []


def test_a_wrong_token_is_told(github: Any, fake: FakeGitHub) -> None:
    with pytest.raises(github.Refusal, match="may not write comments"):
        forge(github, fake, token="wrong").say(7, github.Saying("shop", "x"))
