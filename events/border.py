"""What a vendor's loose JSON means, value by value: the types that the fields of `events.order` are declared with.

Empty maps come as `[]`, numbers as text, ids as numbers, dates without a zone, which are UTC. Each type takes these and
nothing else. Values that already are what they should be are seen to be so without a call into Python wherever the
validator can: an order has a hundred of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, GetPydanticSchema
from pydantic_core import CoreSchema, core_schema

from dsl.values import LARGEST, plain, read_number, read_when

_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
MOST = 1_000_000_000


def _map(value: object) -> object:
    """PHP writes an empty map as `[]`. Rules read entries as text, so a number or a truth becomes its text."""
    if value is None or value == [] or value == "":
        return {}
    if isinstance(value, dict):
        return {key: entry_text(v) for key, v in value.items()}
    return value


def entry_text(value: Any) -> Any:
    """An entry of a map as rules read it. Null stays missing; what is itself a list or a map is kept as it came."""
    if isinstance(value, (bool, int, Decimal)):
        return plain(value)
    return value


def _part(value: object) -> object:
    return {} if value is None or value == [] or value == "" else value


def _list(value: object) -> object:
    return [] if value is None or value == "" or value == {} else value


def _text(value: object) -> object:
    """Ids and codes come as numbers or text; they are text here. Never through a float."""
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return plain(value)
    return value


def _amount(value: object) -> Decimal | None:
    """Text is read as rules read it, but for thousands separators beside a point. Blank is missing."""
    if value is None:
        return None
    if isinstance(value, str):
        return _amount_in(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError("is not a number")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError("is larger than any order's number")
    return number


@lru_cache(maxsize=2048)
def _amount_in(text: str) -> Decimal | None:
    """The same few prices come again and again."""
    text = text.strip()
    if not text:
        return None
    number = read_number(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    if number is None:
        raise ValueError("is not a number")
    return number


def _whole(value: object) -> int | None:
    """`2`, `"2"` and `2.0` are the same; `2.5` is none."""
    try:
        number = _amount(value)
    except ValueError:
        raise ValueError("is not a whole number") from None
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueError("is not a whole number")
    return int(number)


def _read_by(read: Callable[[object], object]) -> GetPydanticSchema:
    """By this function and nothing else; pydantic's own `PlainValidator` would also be called when it is written."""
    return GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(read))


def count(missing: int) -> GetPydanticSchema:
    """For a whole number from 0 up; `missing` where there is none."""

    def counted(value: object) -> int:
        number = value if value.__class__ is int else _whole(value)
        if number is None:
            return missing
        if not 0 <= number <= MOST:
            raise ValueError("is below zero" if number < 0 else "is larger than any order's quantity")
        return number

    return _read_by(counted)


def _time(value: object) -> dt.datetime | None:
    """`YYYY-MM-DD HH:MM:SS` without a zone is UTC; the vendor's empty and zero dates are missing. To the second."""
    if value in (None, "", "0000-00-00 00:00:00", "0000-00-00"):
        return None
    found = read_when(value, dt.UTC) if isinstance(value, str) else value
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        found = dt.datetime(found.year, found.month, found.day)
    if not isinstance(found, dt.datetime) or not 1900 <= found.year <= 2999:
        raise ValueError("is not a date such as 2026-01-31 14:30:00")
    found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    return found.replace(microsecond=0) if found.microsecond else found


def _day(value: object) -> dt.datetime | None:
    """Order Desk keeps the day that a parcel left, not the hour."""
    found = _time(value)
    return None if found is None else found.replace(hour=0, minute=0, second=0)


_STR = core_schema.str_schema(strict=True)


def _words(source: object, handler: object) -> CoreSchema:
    return core_schema.union_schema(
        [_STR, core_schema.no_info_before_validator_function(_text, _STR)],
        mode="left_to_right",
        custom_error_type="string_type",
    )


def _entries(source: object, handler: object) -> CoreSchema:
    return core_schema.union_schema(
        [
            core_schema.dict_schema(_STR, _STR, strict=True),
            core_schema.no_info_before_validator_function(_map, core_schema.dict_schema(_STR)),
        ],
        mode="left_to_right",
        custom_error_type="dict_type",
    )


Words = Annotated[str, GetPydanticSchema(_words)]
Amount = Annotated[Decimal | None, _read_by(_amount)]
Whole = Annotated[int | None, _read_by(_whole)]
When = Annotated[dt.datetime | None, _read_by(_time)]
Day = Annotated[dt.datetime | None, _read_by(_day)]
Entries = Annotated[dict[str, Any], GetPydanticSchema(_entries)]
part = BeforeValidator(_part)
rows = BeforeValidator(_list)
