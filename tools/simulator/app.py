"""The simulator as one web application: every system under its own name, and the handles to steer and to look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from pydantic import Field, TypeAdapter, ValidationError

from domain.values import Strict
from tools.simulator.fault_injection import CALLBACK_MODES, Fault, FaultMode
from tools.simulator.notices import NoticesSystem
from tools.simulator.payment_page import Pay, PaymentPage
from tools.simulator.payments import PaymentsSystem
from tools.simulator.population import Citizen, PopulationSystem
from tools.simulator.portal import PortalSystem
from tools.simulator.registries import RegistrySystem
from tools.simulator.signing import SigningSystem
from tools.simulator.simulated_system import Answer, Contract, SimulatedSystem, json_answer
from tools.simulator.store import Store
from tools.simulator.token_protocol import refused
from tools.simulator.world import Access, World

_FAULTS: TypeAdapter[list[Fault] | Fault] = TypeAdapter(list[Fault] | Fault)
_CITIZENS: TypeAdapter[list[Citizen]] = TypeAdapter(list[Citizen])
_REGISTRIES = ("civil", "residence", "land", "business")


class MoveDate(Strict):
    """How far the simulator's date is from today, in days."""

    days: Annotated[float, Field(ge=-3_650, le=3_650)]


class Beginning(Strict):
    """What a world begins with. `unreliable`: the share of calls that go wrong by chance."""

    seed: int = 42
    unreliable: Annotated[float, Field(ge=0, le=1)] = 0.0
    paid_at_once: bool = False
    """Every citizen pays as soon as there is an order, and no callback tells of it."""


class Simulator:
    """All systems of one world, and how they begin anew. `url` is known only once the server listens."""

    def __init__(
        self, *, state: Path | None, seed: int = 42, unreliable: float = 0.0, access: Access | None = None
    ) -> None:
        self._store = Store(state)
        self._access = access or Access()
        self.url = ""
        self._begin(Beginning(seed=seed, unreliable=unreliable))

    def _begin(self, beginning: Beginning) -> None:
        self.world = world = World(beginning.seed, self._store, self._access)
        self.population = PopulationSystem(world)
        payments = PaymentsSystem(
            world, lambda order_id: f"{self.url}/pay/{order_id}", paid_at_once=beginning.paid_at_once
        )
        registries = [RegistrySystem(world, registry) for registry in _REGISTRIES]
        contracts: list[Contract] = [PortalSystem(world), self.population, payments, *registries]
        contracts += [SigningSystem(world), NoticesSystem(world)]
        self.desks = {contract.system: SimulatedSystem(world, contract) for contract in contracts}
        self.page = PaymentPage(world, self.desks["payments"], payments)
        for desk in self.desks.values():
            desk.faults.set(_at_random(desk.contract, beginning.unreliable))

    def application(self) -> FastAPI:
        """The routes. Plain ones: no schema is read or checked on the way, each system does that itself."""
        application = FastAPI(openapi_url=None, lifespan=self._lifespan)
        application.add_exception_handler(ValidationError, _misunderstood)
        routes: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/health", self._health),
            ("POST", "/reset", self._reset),
            ("POST", "/control/{system}", self._control),
            ("GET", "/inspect/{system}", self._inspect),
            ("POST", "/citizens", self._enrol),
            ("POST", "/date", self._move_date),
            ("POST", "/pay/{order_id}", self._pay),
            ("POST", "/expire/{order_id}", self._expire),
        ]
        for method, path, serve in routes:
            application.add_route(path, serve, methods=[method])
        application.add_route("/{system}/{path:path}", self._serve, methods=["GET", "POST"])
        return application

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        yield
        await self.page.close()
        self._store.close()

    async def _serve(self, request: Request) -> Response:
        desk = self.desks.get(request.path_params["system"])
        return await desk.serve(request) if desk else _said(refused("unknown_system", 404))

    async def _reset(self, request: Request) -> Response:
        """Forget everything, the state file too. Body: a Beginning."""
        beginning = Beginning.model_validate_json(await request.body() or b"{}")
        await self.page.close()
        self._store.clear()
        self._begin(beginning)
        return await self._health(request)

    async def _health(self, _: Request) -> Response:
        faults = {system: desk.faults.current() for system, desk in self.desks.items()}
        return _said(json_answer({"seed": self.world.seed, "faults": faults}))

    async def _control(self, request: Request) -> Response:
        """Body: one fault or a list of them; they replace what was set."""
        desk = self.desks.get(request.path_params["system"])
        if desk is None:
            return _said(refused("unknown_system", 404))
        asked = _FAULTS.validate_json(await request.body())
        faults = asked if isinstance(asked, list) else [asked]
        strange = sorted({fault.mode for fault in faults} - desk.contract.modes - {FaultMode.OK})
        if strange:
            message = f"{desk.contract.system} has no {', '.join(strange)}"
            return _said(json_answer({"error_code": "unknown_mode", "message": message}, 422))
        desk.faults.set(faults)
        return _said(json_answer({"faults": desk.faults.current()}))

    async def _inspect(self, request: Request) -> Response:
        desk = self.desks.get(request.path_params["system"])
        if desk is None:
            return _said(refused("unknown_system", 404))
        body: dict[str, Any] = {"received": desk.received, "misbehaved": desk.faults.struck}
        body |= desk.contract.records(request.query_params.get("key"))
        if desk.contract.system == "payments":
            body["callbacks"] = self.page.delivered
        return _said(json_answer(body))

    async def _enrol(self, request: Request) -> Response:
        """Body: a list of citizens; the population database knows nobody else."""
        known = self.population.enrol(_CITIZENS.validate_json(await request.body()))
        return _said(json_answer({"citizens": known}))

    async def _move_date(self, request: Request) -> Response:
        move = MoveDate.model_validate_json(await request.body())
        self.world.date.moved_by = timedelta(days=move.days)
        return _said(json_answer({"now": self.world.date.now().isoformat()}))

    async def _pay(self, request: Request) -> Response:
        how = Pay.model_validate_json(await request.body() or b"{}")
        return _said(self.page.pay(request.path_params["order_id"], how))

    async def _expire(self, request: Request) -> Response:
        return _said(self.page.expire(request.path_params["order_id"]))


def _at_random(contract: Contract, share: float) -> list[Fault]:
    """Every fault this system knows, together as frequent as `share` of its calls."""
    if share <= 0:
        return []
    modes = sorted(contract.modes - {FaultMode.OK, FaultMode.REFUSED, FaultMode.TOKEN_FAILED} - CALLBACK_MODES)
    faults = [Fault(mode=mode, rate=share / len(modes), delay=0.5) for mode in modes]
    callbacks = sorted(contract.modes & CALLBACK_MODES)
    return faults + [Fault(mode=mode, rate=share / len(callbacks), delay=0.5) for mode in callbacks]


async def _misunderstood(_: Request, error: Exception) -> Response:
    return _said(json_answer({"error_code": "invalid_request", "message": str(error)}, 422))


def _said(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.content_type)
