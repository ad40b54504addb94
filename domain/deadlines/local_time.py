"""A time of day as it is written in a file."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from domain.values import is_from_outside

_NUMBER = re.compile(r"[-+.\d\s]+", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)


def _written_time(given: Any, info: ValidationInfo) -> Any:
    """From outside, a time is written `07:30`. A time with a zone cannot be compared with a time of the day."""
    if _is_number(given):
        raise Inconsistent(CalendarFault.TIME_NOT_QUOTED, value=given)
    if not is_from_outside(info) or isinstance(given, time):
        return given
    try:
        moment = time.fromisoformat(given) if isinstance(given, str) and _TIME.fullmatch(given) else None
    except ValueError:
        moment = None
    if moment is None:
        raise PydanticCustomError("not_a_time", "not a time of the day, written like 07:30")
    return moment


def _is_number(given: Any) -> bool:
    if isinstance(given, str):
        return _NUMBER.fullmatch(given) is not None
    return isinstance(given, int | float | Decimal) and not isinstance(given, bool)


WRITTEN = {"type": "string", "pattern": r"^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$", "examples": ["07:30:00"]}
"""How a document describes a time of day. The format `time` of JSON Schema would need a zone."""

LocalTime = Annotated[time, BeforeValidator(_written_time), WithJsonSchema(WRITTEN)]
"""A time of day in Vietnam. YAML reads an unquoted 08:00 as the number 480; a number is refused, since it would become
eight minutes."""
