"""Personal data out of an order, stable fakes of the same shape in: samples live in git.

Called by `ordinance import --redact`; `check` asks `real_looking_emails` of samples. A fake is a pure function of what
it replaces, so that the same shopper is the same fake in every file, and a fake's own fake is itself. Fakes hide data
from readers; they are no encryption against someone who guesses a name and looks whether it fits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from dsl.schema import fold
from events.export import export_order
from events.order import Order

# Fake words have only these letters, in turn: no name that we met has. Four letters at least.
_CONSONANTS, _VOWELS = "kvxz", "oyu"
_FAKE_WORD = re.compile(f"(?:[{_CONSONANTS}][{_VOWELS}])+[{_CONSONANTS}]?", re.IGNORECASE | re.ASCII)
_WORDLIKE = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"[^\W\d_]+|\d+")
_PHONE_FAKE = re.compile(r"0*55501[0-9]{2}|0{1,6}")
_IP_FAKE = re.compile(r"192\.0\.2\.\d{1,3}|2001:db8::[0-9a-f]{1,4}")
_MAIL_FAKE = re.compile(r"[\w.+-]+@example\.com", re.ASCII)
_PHONE = re.compile(r"(?<![\w.\-/:#])(?:\+[\d(]|\(\d|\d)[\d ().\-]{5,22}\d(?![\w\-/:])", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII)
_SECRET_QUERY = re.compile(
    r"([?&;](?:[\w-]{0,20}(?:key|token|secret|signature|sig|auth|password|pwd|credential))=)([^&#\s\"']+)",
    re.IGNORECASE,
)
_SECRET_USER = re.compile(r"(://)[^/\s@\"']{1,200}@")
SECRET = "redacted"

_LOCAL = re.compile(r"[A-Za-z0-9._%+'-]+$")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,24}|localhost")
_RESERVED = re.compile(
    r"(?:.+\.)?(?:example\.(?:com|org|net)|[\w-]+\.(?:example|test|invalid|localhost)|localhost)",
    re.IGNORECASE,
)


def redact(order: Order) -> Order:
    """A copy in which no personal value of the order stands any more, wherever else it stood."""
    data = export_order(order)
    finder = _Finder(list(_personal(data)))
    return Order.model_validate(_redacted(data, "", finder), by_alias=True, by_name=False)


def real_looking_emails(text: str) -> list[str]:
    """E-mail addresses in a text that are on no domain reserved for examples; each once, as they come."""
    found = (text[start:end] for start, end in _emails(text))
    return list(dict.fromkeys(mail for mail in found if not _RESERVED.fullmatch(mail.partition("@")[2])))


# What is personal by its name, wherever it stands: in an address, in checkout data, in a member we do not know.
_NAMES = {
    "text": "first_name last_name full_name company address address1 address2 address3 address4 address_1 address_2 "
    "street city customer_name recipient recipient_name customer_first_name customer_last_name customer_company "
    "shipping_first_name shipping_last_name shipping_company username note customer_note gift_note gift_message "
    "message_to_seller greeting birthday",
    "email": "email e_mail mail contact_email email_address",
    "phone": "phone telephone mobile phone_number tel fax customer_phone shipping_phone",
    "postal": "postal_code postcode zip zip_code",
    "ip": "ip ip_address browser_ip customer_ip customer_ip_address",
    "digits": "cc_number cc_number_masked cc_exp card_number credit_card_number",
    "secret": "token cart_token checkout_token secret api_key apikey password access_token signature",
}
_KINDS = {fold(name): kind for kind, names in _NAMES.items() for name in names.split()}
# `name` is a person's beside an address, and a product's elsewhere.
_ADDRESS = {"address1", "address_1", "postal_code", "postcode", "zip", "first_name"}
# What rules compare and what ties records together: never replaced, even where a person's name is spelt the same.
_KEPT = frozenset(
    [
        "id",
        "order_id",
        "store_id",
        "parent_id",
        "customer_id",
        "source_id",
        "source_name",
        "folder",
        "currency",
        "country",
        "state",
        "code",
        "connection",
        "country_code",
        "province_code",
        "payment_status",
        "payment_type",
        "date_added",
        "date_updated",
        "date_shipped",
        "carrier_code",
        "fulfillment_id",
        "cart_shipment_id",
        "label_shipment_id",
        "product_id",
        "variant_id",
        "variation_id",
        "quantity",
    ]
)


def _kind(key: str, parent: dict[str, Any]) -> str | None:
    name = re.sub(r"[\s-]+", "_", fold(key))
    if name == "name" and not _ADDRESS.isdisjoint(parent):
        return "text"
    if name == "username" and fold(str(parent.get(key))) == "auto":
        return None
    return _KINDS.get(name)


def _personal(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            kind = _kind(key, value)
            if kind and _is_plain(member) and _WORDLIKE.search(str(member)):
                yield kind, str(member)
            else:
                yield from _personal(member)
    elif isinstance(value, list):
        for member in value:
            yield from _personal(member)


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


class _Finder:
    """The personal values of one order, found again in other texts: whole, or as whole words where long enough."""

    def __init__(self, personal: list[tuple[str, str]]) -> None:
        self.known: dict[str, str] = {}
        for kind, value in personal:
            self.known.setdefault(fold(value), kind)
        values = {value.strip() for kind, value in personal if kind != "digits" and len(value.strip()) >= 3}
        words = sorted(values, key=lambda word: (-len(word), word))
        self.inside = (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
            if words
            else None
        )

    def replace(self, text: str) -> str:
        kind = self.known.get(fold(text))
        if kind:
            return FAKES[kind](text)
        if self.inside is not None:
            text = self.inside.sub(lambda m: FAKES[self.known.get(fold(m[0]), "text")](m[0]), text)
        text = _SECRET_USER.sub(rf"\1{SECRET}@", _SECRET_QUERY.sub(rf"\1{SECRET}", text))
        for start, end in reversed(list(_emails(text))):
            text = text[:start] + _email(text[start:end]) + text[end:]
        return _PHONE.sub(_phone_inside, text)


def _redacted(value: Any, key: str, finder: _Finder) -> Any:
    if isinstance(value, dict):
        new = {}
        for name, member in value.items():
            kind = _kind(name, value)
            if kind and _is_plain(member):
                new[name] = FAKES[kind](str(member))
            else:
                new[name] = _redacted(member, name, finder)
        return new
    if isinstance(value, list):
        return [_redacted(member, key, finder) for member in value]
    if isinstance(value, str) and fold(key) not in _KEPT:
        return finder.replace(value)
    return value


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(fold(text).encode(), digest_size=16).digest(), "big")


def _word(word: str) -> str:
    """As long as the word, but four letters at least, and with its capitals."""
    number = _hash(word)
    letters = []
    for at in range(max(len(word), 4)):
        choice = _VOWELS if at % 2 else _CONSONANTS
        number, pick = divmod(number, len(choice))
        letters.append(choice[pick])
        number = number or _hash("".join(letters) + word)
    fake = "".join(letters)
    if word.isupper() and len(word) > 1:
        return fake.upper()
    return fake.capitalize() if word[0].isupper() else fake


def _is_fake(text: str) -> bool:
    words = _WORD.findall(text)
    return bool(words) and all(len(w) >= 4 and _FAKE_WORD.fullmatch(w) for w in words)


def _number(digits: str) -> str:
    return str(_hash(digits) % 10 ** len(digits)).zfill(len(digits))


def _text(text: str) -> str:
    """Word for word and number for number; a text without a letter keeps its punctuation and its last two digits
    are from the hash."""
    if _is_fake(text):
        return text
    if not _WORD.search(text):
        return _postal(text)
    return _RUN.sub(lambda m: _number(m[0]) if m[0][0].isdecimal() else _word(m[0]), text)


def _email(text: str) -> str:
    local = re.sub(r"[^\w.+-]", "", text.partition("@")[0])
    if _MAIL_FAKE.fullmatch(text) and _is_fake(local):
        return text
    return f"{_text(local) if _WORD.search(local) else _word(local or text)}@example.com"


def _phone(text: str) -> str:
    """The digits become 555-01xx, which is nobody's, behind zeros; letters become X; the rest stays."""
    digits = "".join(c for c in text if c.isdigit())
    if not _PHONE_FAKE.fullmatch(digits):
        ours = f"55501{_hash(digits) % 100:02d}"
        digits = ours.zfill(len(digits)) if len(digits) >= len(ours) else "0" * len(digits)
    left = iter(digits)
    return "".join(next(left) if c.isdigit() else "X" if c.isalpha() else c for c in text)


def _phone_inside(match: re.Match[str]) -> str:
    """A number in a free text is a phone's when it is written like one: ids and dates are not."""
    text = match[0]
    digits = sum(c.isdigit() for c in text)
    written = text[0] in "+(" or len(re.findall(r"[ ().\-]+", text)) >= 2
    if not written or not 7 <= digits <= 15 or _DATE.match(text):
        return text
    return _phone(text)


def _postal(text: str) -> str:
    """The same pattern: zeros and Xs, and where there are three or more places the last two from the hash."""
    places = [at for at, c in enumerate(text) if c.isalnum()]
    last = places[-2:] if len(places) > 2 else []
    if all(text[at] in ("0123456789KVXZ" if at in last else "0X") for at in places):
        return text
    number = _hash(text)
    new = list(text)
    for at in places:
        number, pick = divmod(number, 20) if at in last else (number, 0)
        new[at] = str(pick % 10) if text[at].isdigit() else "XKVZ"[pick % 4]
    return "".join(new)


def _ip(text: str) -> str:
    if _IP_FAKE.fullmatch(text):
        return text
    return f"2001:db8::{_hash(text) % 65536:x}" if ":" in text else f"192.0.2.{_hash(text) % 254 + 1}"


def _digits(text: str) -> str:
    return "".join("0" if c.isdigit() else c for c in text)


def _secret(text: str) -> str:
    return SECRET if text.strip() else text


def _blank_stays(fake: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: fake(text) if _WORDLIKE.search(text) else text


FAKES: dict[str, Callable[[str], str]] = {
    kind: _blank_stays(fake)
    for kind, fake in {
        "text": _text,
        "email": lambda text: _email(text) if "@" in text else _text(text),
        "phone": _phone,
        "postal": _postal,
        "ip": _ip,
        "digits": _digits,
        "secret": _secret,
    }.items()
}


def _emails(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand. Looking back from each `@` keeps it linear."""
    at = text.find("@")
    after = 0
    while at >= 0:
        local = _LOCAL.search(text, max(after, at - 64), at)
        domain = _DOMAIN.match(text, at + 1, at + 255)
        if local and domain:
            after = domain.end()
            yield local.start(), after
        at = text.find("@", at + 1)
