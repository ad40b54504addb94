"""Watched ramps over HTTP: a build gets a growing part of the work, and workers take it back when it does not serve."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from activities.ledger.kept_answers import Answer
from domain.ramps import LONGEST_PAUSE, Ramp, RampProblem, RampState, StuckByCause
from domain.values import Bilingual, Code, Instant, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.parts import Parts
from gateway.api.release_orders import BuildToPromote
from gateway.api.releases import BUILD, ramp_address
from gateway.api.repeats import Acting, answer_kept

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])

RampId = Annotated[
    UUID,
    Path(
        alias="ramp", description="Mã lần giao dần (the ramp's id).", examples=["7b1c2f7e-51a4-4c58-9d84-3a1f0a2b9b11"]
    ),
]


class RampToBegin(BuildToPromote):
    """A build that gets a growing part of the work, with a pause between two steps, and why."""

    steps: tuple[Annotated[int, Field(ge=1, le=100)], ...] = Field(
        min_length=1, max_length=100, description="Các bước, phần trăm tăng dần (the steps, growing, in per cent)."
    )
    pause_seconds: int = Field(
        default=600, ge=0, le=LONGEST_PAUSE, description="Giây giữa hai bước (seconds between two steps)."
    )


class RampAnswer(Value):
    """One watched ramp: how far it is, what was seen, and how it ended."""

    id: UUID
    href: str
    build: str = Field(description=BUILD)
    state: RampState
    state_words: Bilingual
    steps: tuple[int, ...] = Field(description="Các bước, phần trăm hồ sơ (the steps, in per cent).")
    given: int = Field(description="Đã giao bao nhiêu bước (how many steps were given).")
    percent: int = Field(description="Phần trăm của bước gần nhất; 0: chưa giao (of the last step given).")
    given_at: Instant | None = Field(description="Lúc giao bước gần nhất (when the last step was given).")
    next_step: int | None = Field(description="Bước kế tiếp; null: không còn (the next step; null: none is left).")
    next_at: Instant | None = Field(description="Lúc hết chờ sau bước gần nhất (when the pause ends).")
    pause_seconds: int = Field(description="Giây giữa hai bước (seconds between two steps).")
    who: Code = Field(description="Mã người ra lệnh (who ordered it).")
    why: str
    begun_at: Instant
    looks: int = Field(description="Đã xem bao nhiêu lần (how many looks were made).")
    looked_at: Instant | None = Field(description="Lần xem gần nhất; null: chưa có (the last look; null: none).")
    stuck: int = Field(description="Số hồ sơ kẹt vì bản này ở lần xem ấy (dossiers stuck because of it then).")
    examples: tuple[StuckByCause, ...] = Field(description="Các hồ sơ ấy, nhiều nhất 50 (these dossiers, at most 50).")
    problem: RampProblem | None = Field(description="Vì sao việc trả về; null: không (why the work went back).")
    ended_by: Code | None = Field(description="Mã người kết thúc; null: tự kết thúc (who ended it; null: itself).")
    ended_at: Instant | None

    @classmethod
    def of(cls, ramp: Ramp) -> RampAnswer:
        """The ramp with its words and its address."""
        return cls(
            **ramp.model_dump(exclude={"examples", "problem"}), href=ramp_address(ramp), state=ramp.state,
            state_words=ramp.state.words, percent=ramp.percent, next_step=ramp.next_step, next_at=ramp.next_at,
            examples=ramp.examples, problem=ramp.problem,
        )  # fmt: skip


@router.post(
    "/operations/releases/ramps",
    response_model=RampAnswer,
    **operation(
        "begin_ramp",
        "Giao dần việc cho một bản, có canh",
        "a watched ramp of a build",
        acts=True,
        body=True,
        status=201,
    ),
)
async def begin_ramp(body: strict(RampToBegin), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 201 with the ramp, whose steps workers give."""
    ramps, principal = acting.parts.engine.releases.ramps, acting.signed.caller.principal

    async def act(_key: str) -> Answer:
        ramp = await ramps.begin(
            principal, body.build, body.steps, body.pause_seconds, who=None, why=body.reason,
            without_replay=body.without_replay or "",
        )  # fmt: skip
        return answer_kept(201, RampAnswer.of(ramp), Location=ramp_address(ramp))

    return await acting.once(act)


@router.get(
    "/operations/releases/ramps/{ramp}",
    response_model=RampAnswer,
    **operation("read_ramp", "Một lần giao dần", "one watched ramp: how far it is, and what was seen"),
)
async def read_ramp(ramp: RampId, parts: Parts, _: Signed) -> object:
    """Answers with the ramp."""
    return RampAnswer.of(await parts.engine.releases.ramps.register.ramp(ramp))


@router.post(
    "/operations/releases/ramps/{ramp}:stop",
    response_model=RampAnswer,
    **operation("stop_ramp", "Dừng lần giao dần", "stop a watched ramp", acts=True),
)
async def stop_ramp(ramp: RampId, acting: Acting) -> Response:
    """Answers with the ramp. The build keeps the part that it has."""
    ramps, principal = acting.parts.engine.releases.ramps, acting.signed.caller.principal

    async def act(_key: str) -> Answer:
        return answer_kept(200, RampAnswer.of(await ramps.stop(principal, ramp)))

    return await acting.once(act)
