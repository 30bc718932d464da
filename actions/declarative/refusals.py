"""What a refusal means: the description's rules in their order, then the default that every adapter has.

Called by the adapter with an answer that is no success. Every failure that it names becomes one of ours; the message is
the provider's own words, or ours where it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from actions.classify import default_kind, shown
from actions.declarative.spec import Errors, Operation, Rule
from actions.declarative.template import Scope
from actions.http import Answer
from actions.preparing.prepared import Prepared
from dsl.values import fold
from events.failure import Failure, FailureKind, by_precedence


@dataclass(frozen=True)
class Refusal:
    """failures: the decisive one first. retry: what a rule says about trying again."""

    failures: tuple[Failure, ...]
    retry: bool | None = None

    @property
    def kind(self) -> FailureKind:
        return self.failures[0].kind


@dataclass(frozen=True)
class Classifier:
    """label, place: the connection, for messages. place: `connection `acme` in ordinance.yaml`. keys: the settings that
    show who we are."""

    errors: Errors
    operations: Mapping[str, Operation]
    label: str
    place: str
    keys: tuple[str, ...] = ()

    def refusal(self, call: str, answer: Answer, scope: Scope, prepared: Prepared | None = None) -> Refusal:
        heard: Scope = {**scope, "answer": answer.json}
        errors = self.errors
        scopes = list(errors.for_each.scopes(heard)) if errors.for_each else []
        found = [self.failure(call, answer, each, prepared) for each in scopes or [heard]]
        ranked = by_precedence(failure for failure, _ in found)
        retry = next((retry for failure, retry in found if failure is ranked[0]), None)
        return Refusal(ranked, retry)

    def failure(
        self, call: str, answer: Answer, scope: Scope, prepared: Prepared | None
    ) -> tuple[Failure, bool | None]:
        said, code = (t.words(scope) if t else "" for t in (self.errors.message, self.errors.code))
        rule = next((r for r in self.errors.rules if fits(r, call, answer.status, code, said)), None)
        kind = rule.kind if rule else default_kind(answer.status, collection=self.everywhere(call))
        named = self.errors.item.words(scope) if self.errors.item else ""
        failure = Failure(
            kind, self.message(kind, call, answer, shown(said)), items_of(named, said, prepared, kind), code
        )
        return failure, rule.retry if rule else None

    def everywhere(self, call: str) -> bool:
        """Whether 404 is a wrong address, and not an order that is not there."""
        operation = self.operations[call]
        if operation.absent is not None:
            return operation.absent == "wrong address"
        return not any(path.root == "saved" for path in operation.path.paths())

    def message(self, kind: FailureKind, call: str, answer: Answer, said: str) -> str:
        told = f" ({said})" if said else ""
        keys = " and ".join(f"`{each}`" for each in self.keys) or "the credentials"
        if kind is FailureKind.AUTH_FAILED and answer.status == 403:
            return f"{self.label} does not allow this{told}: check {keys} of {self.place}, and what {self.label} lets you do"
        if kind is FailureKind.AUTH_FAILED and not 300 <= answer.status < 400 and answer.status != 404:
            return f"{self.label} did not accept {keys} of {self.place}: look whether that is right{told}"
        if kind is FailureKind.AUTH_FAILED:
            return f"{self.label} has nothing at this address (`{call}`): check the settings of {self.place}{told}"
        if kind is FailureKind.RATE_LIMITED:
            return f"{self.label} asks to wait: too many requests"
        if kind is FailureKind.UNAVAILABLE:
            return f"{self.label} is not available just now ({said or f'status {answer.status}'})"
        return f"{self.label}: {said or f'status {answer.status} at `{call}`'}"


def fits(rule: Rule, call: str, status: int, code: str, message: str) -> bool:
    return (
        (not rule.status or status in rule.status)
        and (not rule.call or call in rule.call)
        and (not rule.code or fold(code) in map(fold, rule.code))
        and (rule.message is None or pattern(rule.message).search(message) is not None)
    )


@lru_cache
def pattern(text: str) -> Any:
    """As in rules: RE2, found anywhere, without regard to case."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(text, options)


def items_of(named: str, said: str, prepared: Prepared | None, kind: FailureKind) -> tuple[str, ...]:
    """Our ids of the items that it is about: by id or code where the answer names one, else by the codes in its words."""
    if prepared is None:
        return ()
    codes = {line.item_id: {line.item_id, line.code, *line.fields.values()} for line in prepared.items}
    if named:
        return tuple(item for item, own in codes.items() if fold(named) in map(fold, own))
    if kind not in (FailureKind.INVALID_SKU, FailureKind.OUT_OF_STOCK, FailureKind.INVALID_ARTWORK):
        return ()
    words = fold(said)
    return tuple(item for item, own in codes.items() if any(_named(code, words) for code in own - {item}))


def _named(code: str, words: str) -> bool:
    """TEE-1 is not named by `TEE-10 is not known`."""
    code, at = fold(code), -1
    while len(code) > 1 and (at := words.find(code, at + 1)) >= 0:
        before, after = words[at - 1 : at] if at else "", words[at + len(code) : at + len(code) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
    return False
