"""Whom and where to send: the shipping address as the printer takes it, and what is wrong with it beforehand.

Nothing is cut short or made up: a line that is too long is a failure, four address lines where the printer takes two
are joined and said.
"""

from __future__ import annotations

import re

from actions.preparing import settings
from actions.preparing.prepared import Contact, PostalAddress
from actions.preparing.spec import AddressField, AddressRules, ContactField, SubmissionSpec
from dsl.schema import ConnectionSpec
from events.failure import Failure, FailureKind
from events.order import Address, Order

_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
ISO_COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1, and XK, which carriers use for Kosovo."""

_SAID_FOR = {"UK": "GB", "EL": "GR"}

_NAMES: dict[AddressField, str] = {
    "name": "name",
    "company": "company",
    "address1": "address line 1",
    "city": "city",
    "state": "state",
    "postal_code": "postal code",
    "country": "country",
    "phone": "phone number",
}


def contact_of(
    order: Order, connection: ConnectionSpec, spec: SubmissionSpec
) -> tuple[Contact, list[Failure], list[str]]:
    """Whom the printer or its courier asks, what is wrong with that, and what is worth a warning. `contact_email` is the
    shop's own, for orders that have none."""
    address, label = order.shipping, connection.label
    contact = Contact(
        name=_name(address) or _name(order.customer),
        email=order.email.strip() or settings.text(connection, "contact_email"),
        phone=address.phone.strip() or order.customer.phone.strip(),
    )
    place = f"connection `{connection.name}` in ordinance.yaml"
    or_ours = f", or set contact_email of {place}" if connection.integration == "podos" else ""
    ways: dict[ContactField, str] = {"email": f"give it one{or_ours}", "phone": "give it one"}
    said: dict[ContactField, tuple[str, str]] = {
        "email": (contact.email, "e-mail address"),
        "phone": (contact.phone, "phone number"),
    }
    failures = [
        _invalid(f"the order has no {name}, which {label} needs: {ways[field]}")
        for field, (value, name) in said.items()
        if field in spec.contact_required and not value
    ]
    without = spec.email_expected and not contact.email and "email" not in spec.contact_required
    return contact, failures, [f"the order has no e-mail address, which {label} asks for"] if without else []


def address_of(
    order: Order, connection: ConnectionSpec, rules: AddressRules
) -> tuple[PostalAddress, list[Failure], list[str]]:
    """The address to send, what is wrong with it, and what is worth a warning."""
    address, label = order.shipping, connection.label
    lines = _lines(address)
    country = _country(address)
    if not lines and not country and not address.city.strip() and not address.postal_code.strip():
        return PostalAddress(), [_invalid("the order has no shipping address")], []
    warnings: list[str] = []
    if rules.lines and len(lines) > rules.lines:
        kept = lines[: rules.lines - 1]
        lines = (*kept, ", ".join(lines[rules.lines - 1 :]))
        warnings.append(f"{label} takes {rules.lines} address lines; the rest are joined: `{lines[-1]}`")
    postal = PostalAddress(
        name=_name(address),
        company=address.company.strip(),
        lines=lines,
        city=address.city.strip(),
        state=address.state.strip(),
        postal_code=address.postal_code.strip(),
        country=country,
    )
    failures = [
        _invalid(f"the shipping address has no {_NAMES[field]}, which {label} needs")
        for field in rules.required
        if not _part(postal, field, address)
    ]
    absent = [_NAMES[field] for field in rules.expected if not _part(postal, field, address)]
    warnings += [f"the shipping address has no {name}" for name in absent]
    failures += _wrong_country(postal, rules, label) + _too_long(postal, rules, label)
    return postal, failures, warnings


def _lines(address: Address) -> tuple[str, ...]:
    written = (address.address1, address.address2, address.address3, address.address4)
    return tuple(" ".join(line.split()) for line in written if line.strip())


def _name(address: Address) -> str:
    return " ".join(part.strip() for part in (address.first_name, address.last_name) if part.strip())


def _country(address: Address) -> str:
    country = address.country.strip()
    return country.upper() if re.fullmatch(r"[A-Za-z]{2}", country) else country


def _part(postal: PostalAddress, field: AddressField, address: Address) -> str:
    """A company is name enough."""
    return {
        "name": postal.name or postal.company,
        "company": postal.company,
        "address1": postal.lines[0] if postal.lines else "",
        "city": postal.city,
        "state": postal.state,
        "postal_code": postal.postal_code,
        "country": postal.country,
        "phone": address.phone.strip(),
    }[field]


def _wrong_country(postal: PostalAddress, rules: AddressRules, label: str) -> list[Failure]:
    failures = []
    if rules.iso_country and postal.country and postal.country not in ISO_COUNTRIES:
        said = _SAID_FOR.get(postal.country)
        wanted = f"the code is `{said}`" if said else f"{label} takes a two-letter code such as US or DE"
        what = f"country `{postal.country}` of the shipping address is not an ISO country code"
        failures.append(_invalid(f"{what}: {wanted}"))
    if postal.country in rules.state_required_in and not postal.state:
        what = f"which {label} needs for {postal.country}"
        failures.append(_invalid(f"the shipping address has no state, {what}"))
    return failures


def _too_long(postal: PostalAddress, rules: AddressRules, label: str) -> list[Failure]:
    if rules.line_length is None:
        return []
    single = len(postal.lines) == 1
    limit = rules.single_line_length or rules.line_length if single else rules.line_length
    beside = "" if single or rules.single_line_length is None else " beside a second line"
    return [
        _invalid(
            f"address line {number} of the shipping address has {len(line)} characters; {label} takes {limit}{beside}"
        )
        for number, line in enumerate(postal.lines, 1)
        if len(line) > limit
    ]


def _invalid(message: str) -> Failure:
    return Failure(FailureKind.INVALID_ADDRESS, message)
