"""The simulated postal service: orders by the sender's key, tracking, cancellations, and items that a test moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field, ValidationError

from activities.adapters.post import PostOrder
from domain.dossier.post_stages import ENDED, STEPS, PostStage
from domain.values import Code, Instant, Strict, Value
from tools.simulator.fault_injection import COMMON_MODES, REPORT_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, done, failing, refused, unauthorised
from tools.simulator.world import Effects, World


class ItemRow(Value):
    """One order. `request` None: only its cancellation came. `moves`: how often the item was moved."""

    key: str
    item_code: str
    request: PostOrder | None = None
    stage: PostStage = PostStage.ORDERED
    stated_at: Instant
    evidence: Code | None = None
    moves: int = 0

    def answer_fields(self) -> dict[str, Any]:
        """The order as the post returns it."""
        told = {"item_code", "stage", "stated_at", "evidence"}
        return {"reference": self.key, **self.model_dump(mode="json", include=told)}


class _Cancellation(Strict):
    key: Code


class Move(Strict):
    """How an item moves, and what happens to the report (None: the faults of the system decide)."""

    stage: PostStage
    any_order: bool = False
    """Whether the item may skip stages, or go back."""
    report: FaultMode | None = None
    delay: float = Field(default=1.0, ge=0)
    clock_hours: float = 0
    """How wrong the clock is that states the time."""


class PostSystem:
    """Serves POST /orders, GET /orders/{key}, POST /orders/{key}/cancellation."""

    system = "post"
    modes = COMMON_MODES | REPORT_MODES | {FaultMode.ORDER_OF_ANOTHER, FaultMode.UNAUTHORISED}

    def __init__(self, world: World) -> None:
        self._world = world
        self.items = Shelf(world.store, "post/items", ItemRow)
        self._effects = Effects(world, "post")

    def read(self, request: RawRequest) -> Call | Answer:
        """The call, or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        fields = request.json() or {}
        match request.method, request.path.split("/")[1:]:
            case "POST", ["orders"]:
                return Call("order", str(fields.get("key")), fields)
            case "GET", ["orders", key]:
                return Call("track", key, {}, effectful=False)
            case "POST", ["orders", key, "cancellation"] if fields.get("key") == key:
                return Call("cancel", key, fields)
            case _:
                return refused("unknown_request", 404)

    def perform(self, call: Call) -> Answer:
        """Carries out the call."""
        try:
            match call.service:
                case "order":
                    return self._order(PostOrder.model_validate(call.fields))
                case "cancel":
                    return self._cancel(_Cancellation.model_validate(call.fields).key)
                case _:
                    row = self.items.get(call.key)
                    return refused("unknown_order", 404) if row is None else done(**row.answer_fields())
        except ValidationError:
            return refused("invalid_request", 422)

    def failing(self, mode: FaultMode) -> Answer:
        """An error in an HTTP 200, a refusal, or the order of another dossier."""
        if mode is FaultMode.ORDER_OF_ANOTHER:
            return done(**self.items.all()[0].answer_fields())
        return failing(mode)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the items. `key`: the sender's key or the number of the item."""
        chosen = [row for row in self.items.all() if key in (None, row.key, row.item_code)]
        items = [{**row.answer_fields(), "purpose": row.request and row.request.purpose} for row in chosen]
        return {"effects": self._effects.listed(key), "items": items}

    def row_of(self, item_code: str) -> ItemRow | None:
        """The order with this number of the item."""
        return next((row for row in self.items.all() if row.item_code == item_code), None)

    def move(self, row: ItemRow, how: Move) -> ItemRow | None:
        """The item at its next stage; None if it cannot go there from where it is."""
        ahead = STEPS.index(how.stage) - STEPS.index(row.stage)
        next_stage = ahead == 1 or how.stage in ENDED
        if not how.any_order and (row.stage in ENDED or ahead <= 0 or not next_stage):
            return None
        moved = row.model_copy(
            update={
                "stage": how.stage,
                "stated_at": self._world.date.now() + timedelta(hours=how.clock_hours),
                "moves": row.moves + 1,
                "evidence": self._world.name("BP", row.item_code) if how.stage in ENDED else None,
            }
        )
        self.items.put(row.key, moved)
        self._effects.add(how.stage, row.key)
        return moved

    def _order(self, request: PostOrder) -> Answer:
        row = self.items.get(request.key)
        if row is None:
            row = ItemRow(
                key=request.key, item_code=self._number(request.key), request=request, stated_at=self._world.date.now()
            )
            self.items.put(request.key, row)
            self._effects.add("order", request.key)
        elif row.request is None:  # its cancellation came before it
            row = row.model_copy(update={"request": request})
            self.items.put(request.key, row)
        elif row.request != request:
            return refused("key_reused", 409)
        return done(**row.answer_fields())

    def _cancel(self, key: str) -> Answer:
        row = self.items.get(key)
        if row is None:
            row = ItemRow(
                key=key, item_code=self._number(key), stage=PostStage.CANCELLED, stated_at=self._world.date.now()
            )
            self.items.put(key, row)
        elif row.stage is PostStage.ORDERED:
            row = row.model_copy(update={"stage": PostStage.CANCELLED, "stated_at": self._world.date.now()})
            self.items.put(key, row)
            self._effects.add("cancelled", key)
        return done(reference=key, cancelled=row.stage is PostStage.CANCELLED, item_code=row.item_code)

    def _number(self, key: str) -> str:
        """Thirteen characters, as the numbers of postal items have (UPU S10: two letters, nine digits, country)."""
        digits = int(self._world.name("BG", key).rpartition("-")[2], 16) % 10**9
        return f"EH{digits:09}VN"
