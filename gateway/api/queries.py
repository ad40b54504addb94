"""The parameters of queries that several operations have. They are read as strictly as the fields of a body."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import TypeAdapter, WrapValidator

from domain.values import FROM_OUTSIDE, Day, Name

_DAY: TypeAdapter[date] = TypeAdapter(Day)


def _written(given: Any, _handler: object) -> date:
    """A day written `2025-07-01`. A number is not a day: pydantic would count seconds since 1970."""
    return _DAY.validate_python(given, context=FROM_OUTSIDE)


WrittenDay = Annotated[date, WrapValidator(_written)]

OnDay = Annotated[
    WrittenDay | None,
    Query(
        description="Xét tại ngày này; mặc định hôm nay (as of this day; today by default).", examples=["2026-01-05"]
    ),
]
FromDay = Annotated[
    WrittenDay | None,
    Query(
        alias="from", description="Từ ngày; mặc định hôm nay (first day; today by default).", examples=["2026-02-09"]
    ),
]
ToDay = Annotated[
    WrittenDay | None,
    Query(alias="to", description="Đến hết ngày; mặc định 30 ngày (last day; 30 days by default).",
          examples=["2026-02-27"]),
]  # fmt: skip
SearchedName = Annotated[
    Name | None,
    Query(
        max_length=100, description="Có trong tên hoặc mã, không cần dấu (within the name or the code, any accents)."
    ),
]
