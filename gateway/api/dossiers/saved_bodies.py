"""A saved search over HTTP: what is sent, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from activities.ledger.saved_searches import (
    LONGEST_FILTER,
    SavedSearch,
    SearchToSave,
    SharedWith,
    require_short,
    require_unit_if_shared_with_one,
)
from activities.ledger.search.order import SearchOrder
from domain.inconsistency import Inconsistent
from domain.messages.search import SavedSearchFault
from domain.values import Bilingual, Code, Instant, Name, Strict, Value
from gateway.api.dossiers.kept_filters import Fault, order_name, order_named, plain
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.views.exports.columns import COLUMNS

KEYS = tuple(column.key for column in COLUMNS)


def _known(key: str) -> str:
    if key not in KEYS:
        raise Inconsistent(SavedSearchFault.COLUMN_UNKNOWN, known=", ".join(KEYS))
    return key


def _short(filter_: DossierFilterBody) -> DossierFilterBody:
    require_short(plain(filter_))
    return filter_


ColumnKey = Annotated[Code, AfterValidator(_known)]


class SavedSearchBody(Strict):
    """A search to keep: the whole of it, also when it is changed."""

    name: Annotated[Name, Field(max_length=100)] = Field(description="Tên, mỗi người một tên một lần (the name).")
    filter: Annotated[DossierFilterBody, AfterValidator(_short)] = Field(
        default=DossierFilterBody(),
        description=f"Bộ lọc, tối đa {LONGEST_FILTER} ký tự (the filter, at most {LONGEST_FILTER} characters).",
    )
    sort: SearchOrder = Field(default=SearchOrder(), description="Thứ tự (the order).")
    columns: Annotated[tuple[ColumnKey, ...], Field(max_length=40)] = Field(
        default=(), description="Các cột theo thứ tự; trống: các cột thường dùng (columns in order; none: the usual)."
    )
    shared_with: SharedWith = Field(default=SharedWith.NOBODY, description="Chia sẻ với ai (who may open it).")
    shared_unit: Code | None = Field(
        default=None, description="Đơn vị được chia sẻ, khi shared_with là unit (the unit, when shared_with is unit)."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        require_unit_if_shared_with_one(self.shared_with, self.shared_unit)
        return self

    def to_save(self) -> SearchToSave:
        """The same as the register keeps it."""
        return SearchToSave(
            name=self.name,
            filter=plain(self.filter),
            sort=order_name(self.sort),
            columns=self.columns,
            shared_with=self.shared_with,
            shared_unit=self.shared_unit,
        )


class SearchFaultAnswer(Value):
    """A part of a saved search that cannot be used as it stands today."""

    code: Code
    detail: Bilingual


class SavedSearchAnswer(Value):
    """A saved search."""

    id: Code
    version: int
    owner: str = Field(description="Chủ, theo mã nội bộ (its owner, by the internal code).")
    own: bool = Field(description="Của người gọi (it is the caller's).")
    name: str
    filter: dict[str, Any] = Field(description="Bộ lọc như đã lưu (the filter as it was written).")
    sort: SearchOrder = Field(description="Thứ tự (the order).")
    columns: tuple[Code, ...] = Field(description="Các cột theo thứ tự (the columns in order).")
    shared_with: SharedWith = Field(description="Chia sẻ với ai (who may open it).")
    shared_unit: Code | None = Field(description="Đơn vị được chia sẻ (the unit with which it is shared).")
    created_at: Instant
    changed_at: Instant
    deleted_at: Instant | None = Field(
        description="Lúc xóa; khôi phục được trong 30 ngày (when it was deleted; it can be restored for 30 days)."
    )
    faults: tuple[SearchFaultAnswer, ...] = Field(
        description="Phần không dùng được hôm nay; bộ lọc gửi nguyên văn sẽ bị từ chối hoặc không tìm thấy gì (what "
        "cannot be used today: the filter as it is would be refused, or finds nothing)."
    )


class SavedSearchesAnswer(Value):
    """The caller's searches, then those that others share with the caller, each in the order of their names."""

    items: tuple[SavedSearchAnswer, ...]


def saved_answer(kept: SavedSearch, caller: str, faults: tuple[Fault, ...]) -> SavedSearchAnswer:
    """The answer with a search. A sort key that this release does not have is the usual order."""
    same = {name: getattr(kept, name) for name in SavedSearchAnswer.model_fields if name in SavedSearch.model_fields}
    return SavedSearchAnswer.model_validate({
        **same,
        "sort": order_named(kept.sort) or SearchOrder(),
        "own": kept.owner == caller,
        "faults": [SearchFaultAnswer(code=one.code, detail=one.words) for one in faults],
    })  # fmt: skip
