"""The local preparation of a submission: the order and the settings in, what will be sent or why not out.

Pure, without network: a dry run, a plan, a test and the live worker call this same function. Each step is a file beside
this one; here they are put in order, and everything that is wrong is collected before anything is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.preparing import settings
from actions.preparing.address import address_of, contact_of
from actions.preparing.choose import choose
from actions.preparing.details import Chosen, item_title, text_of
from actions.preparing.messages import message_of
from actions.preparing.prepared import Asked, Line, Prepared, Print, Refused
from actions.preparing.prints import check_prints, prints_of
from actions.preparing.products import NotForPrinter, Product, identify
from actions.preparing.shipping import shipping_class
from actions.preparing.spec import SubmissionSpec
from actions.preparing.variants import VariantCatalogue
from dsl.schema import ConnectionSpec
from events.failure import Failure, FailureKind, by_precedence
from events.inventory import Inventory
from events.order import Order


def prepare(
    order: Order,
    connection: ConnectionSpec,
    inventory: Inventory,
    spec: SubmissionSpec,
    catalogue: VariantCatalogue | None = None,
    offered: Sequence[str] = (),
) -> Prepared | Refused:
    """The order as it would be sent to this connection, or every reason why it cannot be.

    catalogue: the printer's variants, where the ruleset has a file of them. offered: the printer's shipping methods for
    this order, where they are known already. Every item is sent, skipped with a reason, or named by a failure.
    """
    chosen, skipped = choose(order, connection, inventory, spec)
    lines: list[Line] = []
    item_failures: list[Failure] = []
    warnings: list[str] = []
    for each in chosen:
        prints = prints_of(each, spec.prints)
        product = identify(each, prints, connection, spec, catalogue)
        if isinstance(product, NotForPrinter):
            skipped[each.key] = product.reason
            continue
        wrong: list[Failure] = []
        if isinstance(product, Failure) or product.artwork:
            wrong, advice = check_prints(each, prints, spec.prints)
            item_failures += wrong
            warnings += advice
        if isinstance(product, Failure):
            item_failures.append(product)
        else:
            warnings += product.warnings
            if not wrong:
                lines.append(_line(each, product, prints))
    if not lines and not item_failures:
        return _refused([_no_products(order, connection, skipped)], spec, lines, skipped, warnings)

    contact, contact_failures, contact_warnings = contact_of(order, connection, spec)
    address, address_failures, address_warnings = address_of(order, connection, spec.address)
    shipping, shipping_warnings = shipping_class(order, connection, offered or spec.shipping_methods)
    warnings += contact_warnings + address_warnings + shipping_warnings
    failures = _all_skus_bad(item_failures, lines, connection) + address_failures + contact_failures
    failures += _too_many(lines, connection, spec)
    if isinstance(shipping, Failure):
        return _refused([*failures, shipping], spec, lines, skipped, warnings)
    if failures:
        return _refused(failures, spec, lines, skipped, warnings)
    return Prepared(
        items=tuple(lines),
        shipping_class=shipping,
        contact=contact,
        address=address,
        currency=order.currency,
        gift_message=message_of(order, connection, "gift_message_field"),
        picklist_message=message_of(order, connection, "picklist_message_field"),
        skipped=skipped,
        warnings=tuple(warnings),
        asked=Asked(order.mail_class, order.shipping_method),
        shipping_total=order.shipping_total,
    )


def _line(chosen: Chosen, product: Product, prints: tuple[Print, ...]) -> Line:
    item = chosen.item
    variation = {name: text for name, value in item.variation_list.items() if (text := text_of(value))}
    return Line(
        item_id=chosen.key,
        code=chosen.code,
        name=item.name.strip(),
        quantity=item.quantity,
        price=item.price,
        fields={name: found.value for name, found in product.fields.items()},
        origins={name: found.origin for name, found in product.fields.items()},
        prints=prints,
        variant=product.variant,
        variation=variation,
    )


def _no_products(order: Order, connection: ConnectionSpec, skipped: Mapping[str, str]) -> Failure:
    """Nothing on the order is for this printer; each item says why."""
    if not order.items:
        return Failure(FailureKind.NO_PRODUCTS, "the order has no items")
    items = enumerate(order.items, 1)
    titles = {item.id.strip() or str(number): item_title(item, number) for number, item in items}
    reasons = ", ".join(f"{titles[key]}: {reason}" for key, reason in skipped.items())
    message = f"no item of the order is for {connection.label}: {reasons}"
    return Failure(FailureKind.NO_PRODUCTS, message, tuple(skipped))


def _all_skus_bad(
    failures: list[Failure], lines: Sequence[Line], connection: ConnectionSpec
) -> list[Failure]:
    """Where every SKU is bad, a connection may want it called No Products Available (`all_skus_bad: no_products`)."""
    bad = all(failure.kind is FailureKind.INVALID_SKU for failure in failures)
    if lines or not bad or settings.text(connection, "all_skus_bad") != "no_products":
        return failures
    return [Failure(FailureKind.NO_PRODUCTS, f.message, f.item_ids, f.provider_code) for f in failures]


def _too_many(lines: Sequence[Line], connection: ConnectionSpec, spec: SubmissionSpec) -> list[Failure]:
    """More than the printer takes in one order; a split makes two of it."""
    counted = (
        ("items", len(lines), spec.limits.items),
        ("pieces", sum(line.quantity for line in lines), spec.limits.quantity),
    )
    return [
        Failure(
            FailureKind.REJECTED,
            f"the order has {number} {what}, and {connection.label} takes at most {most} in one order: split it",
        )
        for what, number, most in counted
        if most is not None and number > most
    ]


def _refused(
    failures: Sequence[Failure],
    spec: SubmissionSpec,
    lines: Sequence[Line],
    skipped: Mapping[str, str],
    warnings: Sequence[str],
) -> Refused:
    ranked = by_precedence(failures)
    return Refused(ranked, spec.reason(ranked[0].kind), tuple(lines), skipped, tuple(warnings))
