"""The outside systems over HTTP: how each one is, over all workers, and the orders that operators give about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from activities.ledger.kept_answers import Answer
from domain.outside_orders import OutsideAct, OutsideOrder, system_named
from domain.values import Bilingual, Code, Instant, Name, Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, answer_kept
from gateway.client.admitting.operators import operator_of
from gateway.client.watching.outside_systems import (
    GivenOrder,
    OutsideNow,
    OutsideSystems,
    PlannedOrder,
    SystemState,
    SystemStatus,
    WorkerSettings,
)
from gateway.i18n.outside_wording import effect_of
from gateway.i18n.wording import failure_name

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])

SYSTEM = "Mã hệ thống ngoài, như land (the outside system's code)."
SystemCode = Annotated[str, Path(alias="system", description=SYSTEM, examples=["land"])]


class OutsideOrderAnswer(Value):
    """An order about an outside system."""

    number: int = Field(description="Số của lệnh, lớn dần (the order's number, which grows).")
    system: str = Field(description=SYSTEM)
    act: OutsideAct
    act_words: Bilingual
    until: Instant | None = Field(description="Lúc tự hết; null: không có hạn (when it ends by itself; null: no end).")
    who: Code = Field(description="Mã nội bộ người ra lệnh (who ordered it: an identifier, never a name).")
    why: str
    at: Instant

    @classmethod
    def of(cls, one: OutsideOrder) -> OutsideOrderAnswer:
        """The order with its words."""
        return cls(**one.model_dump(), act_words=one.act.words)


class OutsideSystemAnswer(Value):
    """One outside system, over all workers that have told of themselves within a minute."""

    system: str = Field(description=SYSTEM)
    name: Bilingual
    state: SystemState
    state_words: Bilingual
    since: Instant | None = Field(description="Từ lúc nào; null: đang gọi bình thường (since when; null: as usual).")
    order: OutsideOrderAnswer | None = Field(description="Lệnh đang hiệu lực (the order in force).")
    obeyed_by: int = Field(description="Số tiến trình đã theo lệnh (workers that obey it).")
    workers: int = Field(description="Số tiến trình gọi hệ thống này (workers that call it).")
    running: int = Field(description="Lượt đang gọi (calls under way).")
    waiting: int = Field(description="Lượt chờ chỗ hoặc chờ nhịp (calls that wait for a place or their turn).")
    calls: int = Field(description="Lượt gọi trong 5 phút (calls of the last five minutes).")
    failures: int = Field(description="Lượt lỗi trong 5 phút (failures of the last five minutes).")
    per_second: float | None = Field(description="Giới hạn mỗi giây của cả tỉnh; null: không (the province's limit).")
    used_per_second: float = Field(description="Đã gọi mỗi giây, trung bình 5 phút (calls a second, on average).")
    succeeded_at: Instant | None = Field(description="Lần trả lời gần nhất (the last answer).")
    failed_at: Instant | None = Field(description="Lần lỗi gần nhất (the last failure).")
    failure: str = Field(description="Mã lỗi ấy; rỗng: chưa có (its code; empty: none).")
    failure_words: Bilingual | None = Field(description="Lỗi ấy bằng lời (the failure in words).")

    @classmethod
    def of(cls, one: SystemStatus) -> OutsideSystemAnswer:
        """The system with its words."""
        return cls(
            **one.model_dump(exclude={"uses", "order"}), state_words=one.state.words,
            order=OutsideOrderAnswer.of(one.order) if one.order else None,
            used_per_second=round(one.used_per_second, 2),
            failure_words=failure_name(one.failure, one.system) if one.failure else None,
        )  # fmt: skip


class OutsideSettingsAnswer(Value):
    """The file of outside systems as one worker uses it."""

    process: str = Field(description="Tiến trình (the worker).")
    version: str = Field(description="Tên ngắn của nội dung đang dùng (a short name of the content in force).")
    since: Instant | None
    refused: str | None = Field(description="Phiên bản bị từ chối của tệp (the version on disk that was refused).")
    because: Bilingual | None = Field(description="Vì sao bị từ chối (why it was refused).")

    @classmethod
    def of(cls, one: WorkerSettings) -> OutsideSettingsAnswer:
        """The settings of one worker."""
        return cls(**one.model_dump())


class OutsideSystemsAnswer(Value):
    """Every outside system, the settings of each worker, and the last orders."""

    items: tuple[OutsideSystemAnswer, ...] = Field(description="Các hệ thống (the systems).")
    settings: tuple[OutsideSettingsAnswer, ...] = Field(
        description="Cấu hình đang dùng ở từng tiến trình (the settings in force in each worker)."
    )
    orders: tuple[OutsideOrderAnswer, ...] = Field(description="20 lệnh gần nhất, mới trước (the last 20 orders).")

    @classmethod
    def of(cls, now: OutsideNow) -> OutsideSystemsAnswer:
        """Everything, with words."""
        return cls(
            items=tuple(map(OutsideSystemAnswer.of, now.systems)),
            settings=tuple(map(OutsideSettingsAnswer.of, now.settings)),
            orders=tuple(map(OutsideOrderAnswer.of, now.orders)),
        )


class OutsideOrderToPlan(Strict):
    """What would be ordered, and for how long."""

    act: OutsideAct
    hours: float | None = Field(
        default=None,
        gt=0,
        le=168,
        description="Hiệu lực mấy giờ; null: 4 giờ, với close 1 giờ (for how many hours; null: 4, of close 1).",
    )

    @property
    def lasts(self) -> timedelta | None:
        """For how long; None: the usual time."""
        return None if self.hours is None else timedelta(hours=self.hours)


class OutsideOrderBody(OutsideOrderToPlan):
    """What is ordered, for how long, and why."""

    reason: Name = Field(
        description="Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good, without personal data)."
    )
    seen: int | None = Field(
        default=None,
        ge=0,
        le=2**63 - 1,
        description="Số của lệnh mà bản xem trước (plan) đã thấy, 0: không có; khác rồi thì bị từ chối. null: lệnh có "
        "hiệu lực dù thế nào (the number that the plan has seen, 0: none; refused if it is another one by now. null: "
        "whatever is in force).",
    )


class PlannedOrderAnswer(Value):
    """What an order would do now. Nothing was written."""

    system: OutsideSystemAnswer = Field(description="Hệ thống đang thế nào (the system as it is).")
    act: OutsideAct
    act_words: Bilingual
    hours: float | None = Field(description="Sẽ hiệu lực mấy giờ; null: không hạn (for how many hours; null: no end).")
    new: bool = Field(
        description="false: lệnh này đã hiệu lực, hoặc không có gì để bỏ (it holds already, or there is none to end)."
    )
    effects: tuple[Bilingual, ...] = Field(description="Sẽ xảy ra gì (what would happen).")
    seen: int = Field(
        description="Số của lệnh đang hiệu lực, 0: không có; gửi kèm khi ra lệnh (the number of the order in force, 0: "
        "none; sent along with the order)."
    )

    @classmethod
    def of(cls, planned: PlannedOrder) -> PlannedOrderAnswer:
        """The plan with its words."""
        lasts = planned.lasts
        return cls(
            system=OutsideSystemAnswer.of(planned.system), act=planned.act, act_words=planned.act.words,
            hours=None if lasts is None else lasts.total_seconds() / 3600, new=planned.new,
            effects=effect_of(planned.act, lasts), seen=planned.seen,
        )  # fmt: skip


class GivenOrderAnswer(Value):
    """What came of an order."""

    new: bool = Field(
        description="false: lệnh này đã hiệu lực, hoặc không có gì để bỏ (it holds already, or nothing did)."
    )
    order: OutsideOrderAnswer | None = Field(description="Lệnh đang tính; null: không có (the order that counts).")

    @classmethod
    def of(cls, given: GivenOrder) -> GivenOrderAnswer:
        """The order with its words."""
        return cls(new=given.new, order=OutsideOrderAnswer.of(given.order) if given.order else None)


@router.get(
    "/operations/outside-systems",
    response_model=OutsideSystemsAnswer,
    **operation("list_outside_systems", "Hệ thống ngoài đang thế nào", "how the outside systems are"),
)
async def list_outside_systems(parts: Parts, _: Signed) -> object:
    """Answers with every system."""
    return OutsideSystemsAnswer.of(await OutsideSystems(parts.pool).now())


@router.post(
    "/operations/outside-systems/{system}:plan",
    response_model=PlannedOrderAnswer,
    **operation("plan_outside_order", "Lệnh sẽ làm gì, xem trước", "what an order would do", body=True),
)
async def plan_outside_order(
    system: SystemCode,
    body: strict(OutsideOrderToPlan),  # type: ignore[valid-type]
    parts: Parts,
    _: Signed,
) -> object:
    """Answers with what the order would do. It acts on nothing, so it needs no Idempotency-Key."""
    named = system_named(system)
    return PlannedOrderAnswer.of(await OutsideSystems(parts.pool).plan(named, body.act, body.lasts))


@router.post(
    "/operations/outside-systems/{system}:order",
    response_model=GivenOrderAnswer,
    **operation(
        "order_outside_system", "Ngừng, rút, cho gọi hoặc bỏ lệnh", "hold, drain, try, or end the order", acts=True,
        body=True,
    ),
)  # fmt: skip
async def order_outside_system(
    system: SystemCode,
    body: strict(OutsideOrderBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the order that counts now. Workers obey within seconds."""
    named, principal = system_named(system), acting.signed.caller.principal

    async def act(_key: str) -> Answer:
        who = operator_of(principal, None, acting.parts.engine.staff)
        systems = OutsideSystems(acting.parts.pool)
        given = await systems.order(named, body.act, body.lasts, who, body.reason, seen=body.seen)
        return answer_kept(200, GivenOrderAnswer.of(given))

    return await acting.once(act)
