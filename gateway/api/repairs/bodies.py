"""What operators send: the order for a plan of repairs, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.repairs.orders import RepairOrder
from domain.repairs.plans import FASTEST, MOST_DOSSIERS, SLOWEST
from domain.values import Code, Name, Strict
from gateway.api.dossiers.search_bodies import DossierFilterBody

Reason = Annotated[Name, Field(description="Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good).")]


class RepairPlanBody(Strict):
    """An order, and the dossiers that it is for: their codes, a filter of the register, or all of them."""

    order: RepairOrder = Field(description="Sửa thế nào (how they are repaired).")
    codes: tuple[Code, ...] | None = Field(
        default=None, min_length=1, max_length=MOST_DOSSIERS, description="Mã từng hồ sơ (codes of dossiers)."
    )
    filter: DossierFilterBody | None = Field(
        default=None, description="Bộ lọc của sổ, thay cho codes (the register's filter, instead of codes)."
    )
    everything: bool = Field(default=False, description="true: mọi hồ sơ trong phạm vi (every dossier within reach).")
    stuck: bool = Field(
        default=False,
        description="true: mọi hồ sơ kẹt mà sửa được; filter thu hẹp thêm (all that is stuck; filter narrows it).",
    )
    reason: Reason
    per_minute: int = Field(
        default=1_200, ge=SLOWEST, le=FASTEST, description="Nhiều nhất bấy nhiêu hồ sơ mỗi phút (dossiers a minute)."
    )


class RepairReasonBody(Strict):
    """Why a plan is approved, or a run is stopped."""

    reason: Reason
