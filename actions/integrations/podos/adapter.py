"""podOS as a provider: an order is created (a priced quote), then confirmed (it is paid for and printed).

Made by whoever starts the service, with the connection's settings and its key. INVARIANT: the order's id is saved before it is
confirmed, and only that id is ever confirmed for a submission while its quote is good; podOS confirms an id once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from actions.catalogue import integrations
from actions.http import Answer, Client, HttpClient, NoAnswer
from actions.integrations.podos.api import Api, Paths
from actions.integrations.podos.catalogue import Shelf
from actions.integrations.podos.errors import CANCEL, CONFIRM, CREATE, READ, SEARCH, Words, project_of
from actions.integrations.podos.items import Items, naming
from actions.integrations.podos.orders import confirming, creating, digest
from actions.integrations.podos.products import Products
from actions.integrations.podos.shapes import Complaint, Order, complaint, read
from actions.integrations.podos.status import status_of
from actions.preparing import settings
from actions.preparing.spec import submission_spec
from actions.provider import Capabilities, Memory, NotFound, Submitting
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from events.failure import Failure, FailureKind
from events.outcome import Done, Failed, NeedsReview, Outcome, ProviderStatus, RetryAfter, Unknown

Now = Callable[[], dt.datetime]

QUOTE_GOOD_FOR = dt.timedelta(minutes=55)
"""podOS does not say how long a quote is good for; none older than an hour is confirmed."""

OVERLAP = dt.timedelta(hours=1)
"""Clocks differ: an order is looked for from this long before the first attempt."""


def setting(connection: ConnectionSpec, name: str) -> str:
    """As the connection has it, else the catalogue's default."""
    known = integrations()["podos"].setting(name)
    default = known.default if known else None
    return settings.text(connection, name) or str(default or "")


def connect(connection: ConnectionSpec, token: Secret, memory: Memory, now: Now, base_url: str = "") -> Podos:
    """base_url: another one than the connection's own, for the sandbox."""
    return Podos(connection, token, HttpClient(base_url or setting(connection, "base_url")), memory, now)


def api_of(connection: ConnectionSpec, token: Secret, client: Client, now: Now) -> Api:
    """What the catalogue's look-ups need."""
    project = setting(connection, "project")
    return Api(
        client=client,
        project=project,
        token=token,
        words=Words(connection.name, connection.label, project, project_of(token)),
        now=now,
        prefix=setting(connection, "token_prefix"),
        paths=Paths(
            setting(connection, "catalog_products_path"),
            setting(connection, "gfn_products_path"),
            setting(connection, "gfn_variants_path"),
        ),
    )


class Podos:
    """One connection. Safe for several threads."""

    capabilities = Capabilities(
        two_phase=True, cancel=True, status=True, catalogue=True, idempotency="look up first"
    )

    def __init__(
        self, connection: ConnectionSpec, token: Secret, client: Client, memory: Memory, now: Now
    ) -> None:
        spec = submission_spec("podos")
        assert spec is not None, "submission.yaml stands beside this file"
        self.api = api_of(connection, token, client, now)
        self._connection, self._now = connection, now
        self._shelf = Shelf(self.api)
        technology = setting(connection, "print_technology")
        self._items = Items(memory, self.api.project)
        self._products = Products(self.api, memory, connection, spec, technology, self._shelf)

    @property
    def label(self) -> str:
        return self._connection.label

    def check(self) -> Outcome:
        answer = self.api.send("GET", "/orders", query=[("pageToken", "1"), ("pageSize", "1")])
        if wrong := self.api.problem(SEARCH, answer):
            return wrong
        page = answer.json if isinstance(answer, Answer) else None
        if not isinstance(page, Mapping) or not isinstance(page.get("orders"), list):
            return self.api.words.unreadable(SEARCH)
        return Done(message=f"{self.label} knows the project `{self.api.project}` and accepts its token")

    def submit(self, work: Submitting) -> Outcome:
        email = work.prepared.contact.email
        before = self._quoted_before(work)
        if isinstance(before, Order):
            return self._confirm_again(work, before)
        order = self._create(work, email) if before is None else before
        return self._confirm(work, order) if isinstance(order, Order) else order

    def _quoted_before(self, work: Submitting) -> Order | Outcome | None:
        """The quote that an earlier attempt got, where it is still good; what became of it, where it was confirmed."""
        order_id = work.saved.get("order_id")
        if not order_id:
            return None
        found = self._read(order_id)
        if found is None:
            lost = self._search(work, _when(work.saved.get("quoted_at")) or self._now() - OVERLAP)
            return None if isinstance(lost, NotFound) else lost
        if not isinstance(found, Order):
            return found
        if found.taken:
            return self._taken(found)
        quoted_at = _when(work.saved.get("quoted_at"))
        good = quoted_at is not None and dt.timedelta() <= self._now() - quoted_at < QUOTE_GOOD_FOR
        same = work.saved.get("quoted_for") == digest(work.prepared, work.reference)
        if good and same:
            return found
        return self._half_confirmed(order_id, same) if work.saved.get("confirming") == order_id else None

    def _half_confirmed(self, order_id: str, same: bool) -> NeedsReview:
        """An old quote may be confirmed yet: another one beside it could be printed too."""
        why = "its quote is too old by now" if same else "the order has been changed since"
        message = (
            f"{self.label} was asked to confirm its order {order_id} and has not said whether it did; {why}, "
            f"so it is not sent again by itself: look the order up at {self.label} first"
        )
        return NeedsReview(Failure(FailureKind.UNKNOWN_OUTCOME, message))

    def _create(self, work: Submitting, email: str) -> Order | Outcome:
        refs = self._products.refs(work.prepared)
        if not isinstance(refs, list):
            return refs
        quoted_at = self._now()
        body = creating(work.prepared, work.reference, email, refs)
        answer = self.api.send("POST", "/orders", body=body)
        if isinstance(answer, Answer) and answer.status == 409:
            failure = Failure(
                FailureKind.DUPLICATE, f"{self.label} has an order {work.reference} already", (), "409"
            )
            there = self._search(work, quoted_at - OVERLAP)
            return Failed((failure,)) if isinstance(there, NotFound) else there
        if wrong := self.api.problem(CREATE, answer):
            return naming(wrong, work.prepared.items, refs, answer)
        assert isinstance(answer, Answer), "what is no answer is a problem"
        order = read(Order, answer.json)
        if order is None and (said := complaint(answer)).message:
            return naming(Failed((self.api.words.said(CREATE, said),)), work.prepared.items, refs, answer)
        if order is None or order.merchant_reference not in ("", work.reference):
            return self.api.words.unreadable(CREATE)
        work.save(
            {
                "order_id": order.id,
                "quoted_at": quoted_at.isoformat(),
                "quoted_for": digest(work.prepared, work.reference),
            }
        )
        self._items.remember(order, work.prepared.items, refs)
        return order

    def _confirm(self, work: Submitting, order: Order) -> Outcome:
        chosen = confirming(order, work.prepared, self._connection)
        if isinstance(chosen, Failure):
            return Failed((chosen,))
        body, warnings = chosen
        work.save({"confirming": order.id})
        outcome = self._asked(order, body, warnings, work)
        if isinstance(outcome, (Failed, RetryAfter)):
            work.save({"confirming": ""})  # surely not confirmed: another quote may follow
        return outcome

    def _asked(
        self, order: Order, body: Mapping[str, object], warnings: tuple[str, ...], work: Submitting
    ) -> Outcome:
        answer = self.api.send("POST", self.api.order_path(order.id, "confirm"), body=body)
        if isinstance(answer, NoAnswer):
            return self.api.words.unanswered(CONFIRM, answer)
        said = complaint(answer)
        if answer.status == 404:
            message = f"{self.label} does not know the order that it quoted"
            return Unknown(Failure(FailureKind.GENERAL, message, (), "404"))
        if answer.status == 400 and said.errors:
            return Failed(
                self._items.short(said.errors, order, work.prepared.items, self.api.words, self._shelf)
            )
        if answer.status == 409 or (answer.status == 400 and said.code == "CONFLICT"):
            return self._as_it_stands(order.id, self._conflict(answer, said))
        if not 200 <= answer.status < 300:
            refused = self.api.words.refused(CONFIRM, answer, self._now())
            if isinstance(refused, Failed) and not said.code:  # half an answer may say what a CONFLICT says
                return self._as_it_stands(order.id, refused.failures[0])
            return refused
        confirmed = read(Order, answer.json)
        if confirmed is None and said.message:
            return self._as_it_stands(order.id, self.api.words.said(CONFIRM, said))
        if confirmed is None or confirmed.id != order.id or confirmed.status == "quote":
            return self.api.words.unreadable(CONFIRM)
        return self._taken(confirmed, warnings)

    def _confirm_again(self, work: Submitting, order: Order) -> Outcome:
        """An earlier attempt may have confirmed it, and may be at it still: a refusal now counts if the order stands open."""
        outcome = self._confirm(work, order)
        if not isinstance(outcome, Failed):
            return outcome
        if outcome.failures[0].provider_code in ("CONFLICT", "409"):
            return Unknown(outcome.failures[0])
        found = self._read(order.id)
        if isinstance(found, Order) and not found.taken:
            return outcome
        return self._taken(found) if isinstance(found, Order) else Unknown(outcome.failures[0])

    def _conflict(self, answer: Answer, said: Complaint) -> Failure:
        kind = FailureKind.DUPLICATE if answer.status == 409 else FailureKind.GENERAL
        found = self.api.words.said(CONFIRM, said)
        return Failure(kind, found.message, (), said.code or str(answer.status))

    def _as_it_stands(self, order_id: str, otherwise: Failure) -> Outcome:
        """After a refusal that may be of something done already: what podOS has is what counts."""
        found = self._read(order_id)
        if isinstance(found, Order) and found.taken:
            return self._taken(found)
        if isinstance(found, Order) and found.status == "quote":
            return Failed((otherwise,))
        if isinstance(found, Order):
            return NeedsReview(otherwise)
        return Unknown(otherwise)

    def _taken(self, order: Order, warnings: tuple[str, ...] = ()) -> Done:
        known = f"{self.label} has it as {order.ref or order.id}"
        charged = order.total_price.amount if order.total_price else None
        return Done(
            order.id, "; ".join((known, *warnings)), charged, {"ref": order.ref, "status": order.status}
        )

    def reconcile(self, work: Submitting, since: dt.datetime) -> Done | NotFound | Outcome:
        order_id = work.saved.get("order_id")
        found = self._read(order_id) if order_id else None
        if found is None:
            return self._search(work, since)
        if not isinstance(found, Order):
            return found
        # A quote costs nothing: it is confirmed, or left and another one made.
        return self._taken(found) if found.taken else NotFound()

    def status(self, provider_order_id: str) -> ProviderStatus | Outcome:
        found = self._read(provider_order_id)
        if found is None:
            return self._gone(provider_order_id)
        return status_of(found, self._items.of(found)) if isinstance(found, Order) else found

    def cancel(self, provider_order_id: str) -> Outcome:
        found = self._read(provider_order_id)
        if found is None:
            return self._gone(provider_order_id)
        if not isinstance(found, Order):
            return found
        if found.status == "refunded":
            return Done(provider_order_id, f"{self.label} had canceled it already")
        if found.status == "quote":
            return Done(provider_order_id, f"it was never confirmed at {self.label}")
        answer = self.api.send("DELETE", self.api.order_path(provider_order_id))
        if isinstance(answer, Answer) and answer.status in (400, 409, 422):
            said = self.api.words.said(CANCEL, complaint(answer))
            message = f"{self.label} does not cancel it any more ({found.status}): {said.message}"
            return Failed((Failure(FailureKind.REJECTED, message, (), said.provider_code),))
        if wrong := self.api.problem(CANCEL, answer):
            return wrong
        if (
            isinstance(answer, Answer) and answer.status != 204
        ):  # a gateway's page: podOS itself answers with nothing
            return self.api.words.unreadable(CANCEL)
        return Done(provider_order_id, f"canceled at {self.label}")

    def _gone(self, order_id: str) -> Outcome:
        message = f"{self.label} does not know the order {order_id} any more"
        return Failed((Failure(FailureKind.GENERAL, message, (), "404"),))

    def _read(self, order_id: str) -> Order | Outcome | None:
        """None where podOS has no order of this id."""
        answer = self.api.send("GET", self.api.order_path(order_id))
        if isinstance(answer, Answer) and answer.status == 404:
            return None
        if wrong := self.api.problem(READ, answer):
            return wrong
        order = read(Order, answer.json) if isinstance(answer, Answer) else None
        if order is None or order.id != order_id:
            return self.api.words.unreadable(READ)
        return order

    def _search(self, work: Submitting, since: dt.datetime) -> Done | NotFound | Outcome:
        """By e-mail and time; the search does not promise to know the shop's own reference, so that is compared here. Then by
        time alone: it may have been sent under another e-mail address than the order has now."""
        start = (since - OVERLAP).astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        window = [("start", start), ("dateFilterType", "createdAt")]
        for query in ([("search", work.prepared.contact.email), *window], window):
            found = self.api.all(SEARCH, "/orders", "orders", Order, query)
            if not isinstance(found, tuple):
                return found
            if ours := [each for each in found if each.merchant_reference == work.reference and each.taken]:
                return self._one_of(ours)
        return NotFound()

    def _one_of(self, ours: Sequence[Order]) -> Done | Outcome:
        if len(ours) > 1:
            refs = ", ".join(each.ref or each.id for each in ours)
            message = f"{self.label} has this order {len(ours)} times: {refs}; cancel all but one there"
            return NeedsReview(Failure(FailureKind.DUPLICATE, message))
        return self._taken(ours[0])


def _when(text: str | None) -> dt.datetime | None:
    try:
        when = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return when if when.tzinfo else None
