"""What a decision wants done in the world. Written down by deciding; done by a performer; never by a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EffectKind = Literal["submit", "cancel", "email", "post", "run"]


@dataclass(frozen=True)
class Effect:
    """`submit` and `cancel` name a connection and the submission's number; the other kinds carry what to send.

    values: email {to, subject, body}; post {url}; run {action, and its parameters}.
    rule: the title of the rule that asked for it.
    """

    kind: EffectKind
    order_id: str
    rule: str
    connection: str | None = None
    number: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)

    def calls_off(self, submission: Effect) -> bool:
        """Whether it cancels this very submission."""
        mine = (self.order_id, self.connection, self.number)
        return self.kind == "cancel" and mine == (
            submission.order_id,
            submission.connection,
            submission.number,
        )
