"""A secret is in nothing that anybody prints, keeps or sends by mistake."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest
import simplejson

from actions.secret import MASK, Secret, hidden
from events.jsontext import dumps

CANARY = "canary-51b0e2"


@dataclass
class Holder:
    key: Secret
    many: list[Secret]


def test_no_way_of_making_text_of_it_shows_it() -> None:
    secret = Secret(CANARY)
    holder = Holder(secret, [secret])
    texts = [
        str(secret), repr(secret), f"{secret}", f"{secret!r:>40}", f"{secret:>40}", "%s" % secret,  # noqa: UP031
        repr(holder), repr({secret: secret}), repr(asdict(holder)), repr(ValueError(secret)),
        simplejson.dumps([secret], for_json=True),
    ]  # fmt: skip
    assert all(CANARY not in text and MASK in text for text in texts)


@pytest.mark.parametrize("write", [json.dumps, simplejson.dumps, dumps, pickle.dumps])
def test_what_would_write_it_down_refuses(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError) as refused:
        write(Secret(CANARY))
    assert CANARY not in str(refused.value)


def test_it_is_itself_only_when_asked() -> None:
    assert Secret(CANARY).reveal() == CANARY
    assert copy.deepcopy(Secret(CANARY)) == Secret(CANARY)
    assert Secret(CANARY) != Secret(CANARY + "x")
    assert Secret(CANARY) != CANARY
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


@pytest.mark.parametrize(("text", "there"), [("x", True), ("", False), ("  ", False)])
def test_a_blank_one_is_none(text: str, there: bool) -> None:
    assert bool(Secret(text)) is there


def test_it_is_taken_out_of_what_comes_back() -> None:
    text = f"no such key {CANARY}, really: {CANARY}".encode()
    assert hidden(text, [Secret(CANARY)]) == f"no such key {MASK}, really: {MASK}".encode()


def test_a_short_one_is_left_or_it_would_be_found_in_every_word() -> None:
    assert hidden(b"abcabc", [Secret("a"), Secret("")]) == b"abcabc"
