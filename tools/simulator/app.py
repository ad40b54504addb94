"""The simulator as one web application: every system under its own path, and paths to control and inspect them."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP
from fastapi import FastAPI, Request, Response
from pydantic import Field, TypeAdapter, ValidationError

from domain.values import Strict
from tools.simulator.broken_answers import ENTITY_PATH
from tools.simulator.documents import DocumentsSystem, Reply
from tools.simulator.fault_injection import CALLBACK_MODES, FINAL_MODES, REPORT_MODES, Fault, FaultMode
from tools.simulator.interconnection import InterconnectionSystem
from tools.simulator.mail import MailSystem
from tools.simulator.payment_page import Pay, PaymentPage
from tools.simulator.payments import PaymentsSystem
from tools.simulator.population import Citizen, PopulationSystem
from tools.simulator.portal import PortalSystem
from tools.simulator.post import Move, PostSystem
from tools.simulator.post_reports import PostReports, ReportsTo
from tools.simulator.registries import RegistrySystem
from tools.simulator.signing import SigningSystem
from tools.simulator.simulated_system import Answer, Contract, SimulatedSystem, json_answer
from tools.simulator.sms import SmsSystem
from tools.simulator.store import Store
from tools.simulator.tls_door import TlsDoor, TlsTurn
from tools.simulator.token_protocol import refused
from tools.simulator.world import Access, World
from tools.simulator.zalo import ZaloSystem

_FAULTS: TypeAdapter[list[Fault] | Fault] = TypeAdapter(list[Fault] | Fault)
_MANY_FAULTS: TypeAdapter[dict[str, list[Fault]]] = TypeAdapter(dict[str, list[Fault]])
_CITIZENS: TypeAdapter[list[Citizen]] = TypeAdapter(list[Citizen])
_APPLICATIONS: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(list[dict[str, Any]])
_REPLIES: TypeAdapter[list[Reply] | Reply] = TypeAdapter(list[Reply] | Reply)
_REGISTRIES = ("civil", "residence", "land", "business")


class MoveDate(Strict):
    """The days between the simulator's date and today."""

    days: Annotated[float, Field(ge=-3_650, le=3_650)]


class WorldStart(Strict):
    """How a simulated world starts. `unreliable`: the share of calls that fail at random."""

    seed: int = 42
    unreliable: Annotated[float, Field(ge=0, le=1)] = 0.0
    paid_at_once: bool = False
    """Whether every order is paid at once, without a callback."""


class Simulator:
    """All systems of one world. `url` is known only when the server listens."""

    def __init__(
        self,
        *,
        state: Path | None,
        seed: int = 42,
        unreliable: float = 0.0,
        access: Access | None = None,
        mail_tls: ssl.SSLContext | None = None,
    ) -> None:
        """`mail_tls`: the mail server then demands STARTTLS."""
        self._store = Store(state)
        self._access = access or Access()
        self.url = ""
        self.mail_tls = mail_tls
        self.mail_listener: socket.socket | None = None
        self.door = TlsDoor()
        self._start(WorldStart(seed=seed, unreliable=unreliable))

    def _start(self, start: WorldStart) -> None:
        self.world = world = World(start.seed, self._store, self._access, where=lambda: self.url)
        self._entities_read = 0
        self.population = PopulationSystem(world)
        payments = PaymentsSystem(world, lambda order_id: f"{self.url}/pay/{order_id}", paid_at_once=start.paid_at_once)
        registries = [RegistrySystem(world, registry) for registry in _REGISTRIES]
        contracts: list[Contract] = [PortalSystem(world), self.population, payments, *registries]
        self.interconnection = InterconnectionSystem(world)
        self.documents = DocumentsSystem(world)
        self.items = post = PostSystem(world)
        contracts += [SigningSystem(world), SmsSystem(world), ZaloSystem(world)]
        contracts += [self.interconnection, self.documents, post]
        self.mail = MailSystem(world, self.mail_tls)
        self.systems = {contract.system: SimulatedSystem(world, contract) for contract in contracts}
        self.steered: dict[str, SimulatedSystem | MailSystem] = {**self.systems, self.mail.system: self.mail}
        self.page = PaymentPage(world, self.systems["payments"], payments)
        self.post = PostReports(world, self.systems["post"], post)
        for system in self.steered.values():
            system.faults.set(_at_random(system.contract, start.unreliable))

    def application(self) -> FastAPI:
        """The web application. Each system checks its own requests; the routes check no schema."""
        application = FastAPI(openapi_url=None, lifespan=self._lifespan)
        application.add_exception_handler(ValidationError, _invalid_request)
        routes: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/health", self._health),
            ("POST", "/reset", self._reset),
            ("POST", "/control", self._control_many),
            ("POST", "/control/{system}", self._control),
            ("POST", "/late", self._carry_out_late),
            ("GET", "/inspect", self._summary),
            ("GET", "/inspect/{system}", self._inspect),
            ("GET", ENTITY_PATH, self._entity),
            ("POST", "/tls", self._tls),
            ("POST", "/citizens", self._enrol),
            ("POST", "/applications", self._file),
            ("POST", "/authorities", self._answer_documents),
            ("POST", "/date", self._move_date),
            ("POST", "/pay/{order_id}", self._pay),
            ("POST", "/expire/{order_id}", self._expire),
            ("POST", "/post-items/{item_code}", self._move_item),
            ("POST", "/post-reports", self._report_to),
        ]
        for method, path, serve in routes:
            application.add_route(path, serve, methods=[method])
        application.add_route("/{system}/{path:path}", self._serve, methods=["GET", "POST"])
        return application

    def receive_mail(self, listener: socket.socket) -> None:
        """Has the mail server listen here, once the web application runs."""
        host, port = listener.getsockname()[:2]
        self.mail_listener = listener
        self._access.mail_at(f"smtp://[{host}]:{port}" if ":" in host else f"smtp://{host}:{port}")

    def _mail_connection(self) -> SMTP:
        return self.mail.connection()  # a reset makes another mail server

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        mail = None
        if self.mail_listener is not None:
            loop = asyncio.get_running_loop()
            mail = await loop.create_server(self._mail_connection, sock=self.mail_listener)
        yield
        if mail is not None:
            mail.close()
        await self.door.close()
        await self.page.close()
        await self.post.close()
        self._forget_late()
        self._store.close()

    async def _serve(self, request: Request) -> Response:
        system = self.systems.get(request.path_params["system"])
        return await system.serve(request) if system else _response(refused("unknown_system", 404))

    async def _reset(self, request: Request) -> Response:
        """Erases everything, also in the state file. Body: a WorldStart."""
        start = WorldStart.model_validate_json(await request.body() or b"{}")
        await self.page.close()
        await self.post.close()
        self._forget_late()
        self._store.clear()
        self._start(start)
        return await self._health(request)

    async def _health(self, _: Request) -> Response:
        faults = {name: system.faults.current() for name, system in self.steered.items()}
        mail = self.world.access.mail_url
        return _response(json_answer({"seed": self.world.seed, "faults": faults, "mail": mail}))

    async def _control(self, request: Request) -> Response:
        """Replaces the faults of a system. Body: one fault, or a list of faults."""
        system = self.steered.get(request.path_params["system"])
        if system is None:
            return _response(refused("unknown_system", 404))
        body = _FAULTS.validate_json(await request.body())
        faults = body if isinstance(body, list) else [body]
        if problem := _unknown_modes(system, faults):
            return _response(problem)
        system.faults.set(faults)
        return _response(json_answer({"faults": system.faults.current()}))

    async def _control_many(self, request: Request) -> Response:
        """Replaces the faults of the named systems; all or none. Body: lists of faults, by system."""
        asked = _MANY_FAULTS.validate_json(await request.body())
        if not set(asked) <= set(self.steered):
            return _response(refused("unknown_system", 404))
        for name, faults in asked.items():
            if problem := _unknown_modes(self.steered[name], faults):
                return _response(problem)
        for name, faults in asked.items():
            self.steered[name].faults.set(faults)
        return await self._health(request)

    async def _carry_out_late(self, _: Request) -> Response:
        """Carries out at once every call that `late_effect` holds back. Answers how many, by system."""
        return _response(json_answer({name: one.carry_out_late() for name, one in self.systems.items()}))

    def _forget_late(self) -> None:
        for system in self.systems.values():
            system.forget_late()

    async def _summary(self, _: Request) -> Response:
        """The counts of all systems: what was received, what misbehaved, and every kind of effect."""
        systems = {name: _counts(system) for name, system in self.steered.items()}
        now, entities = self.world.date.now().isoformat(), self._entities_read
        return _response(json_answer({"now": now, "entities_read": entities, "systems": systems}))

    async def _entity(self, _: Request) -> Response:
        """The address that an external entity names: nobody may ever read it."""
        self._entities_read += 1
        return Response("read", media_type="text/plain")

    async def _tls(self, request: Request) -> Response:
        """Opens the door with TLS, or changes its certificate. Body: a TlsTurn."""
        turn = TlsTurn.model_validate_json(await request.body() or b"{}")
        return _response(json_answer(await self.door.show(turn.certificate, urlsplit(self.url))))

    async def _inspect(self, request: Request) -> Response:
        system = self.steered.get(request.path_params["system"])
        if system is None:
            return _response(refused("unknown_system", 404))
        body: dict[str, Any] = {"received": system.received, "misbehaved": system.faults.hits}
        body |= system.contract.records(request.query_params.get("key"))
        if isinstance(system, SimulatedSystem) and system.lied:
            body["lied"] = system.lied
        if system.contract.system == "payments":
            body["callbacks"] = self.page.delivered
        if system.contract.system == "post":
            body["reports"] = self.post.sent
        return _response(json_answer(body))

    async def _enrol(self, request: Request) -> Response:
        """Adds citizens to the population database. Body: a list of citizens."""
        known = self.population.enrol(_CITIZENS.validate_json(await request.body()))
        return _response(json_answer({"citizens": known}))

    async def _file(self, request: Request) -> Response:
        """Files applications in the national interconnection software. Body: a list of them."""
        known = self.interconnection.file(_APPLICATIONS.validate_json(await request.body()))
        return _response(json_answer({"applications": known}))

    async def _answer_documents(self, request: Request) -> Response:
        """The other authorities of the document axis do something. Body: a Reply, or a list of them."""
        orders = _REPLIES.validate_json(await request.body())
        listed = orders if isinstance(orders, list) else [orders]
        return _response(json_answer({"messages": [name for one in listed for name in self.documents.order(one)]}))

    async def _move_date(self, request: Request) -> Response:
        move = MoveDate.model_validate_json(await request.body())
        self.world.date.moved_by = timedelta(days=move.days)
        return _response(json_answer({"now": self.world.date.now().isoformat()}))

    async def _pay(self, request: Request) -> Response:
        how = Pay.model_validate_json(await request.body() or b"{}")
        return _response(self.page.pay(request.path_params["order_id"], how))

    async def _expire(self, request: Request) -> Response:
        return _response(self.page.expire(request.path_params["order_id"]))

    async def _move_item(self, request: Request) -> Response:
        """Moves a postal item. Body: a Move."""
        how = Move.model_validate_json(await request.body())
        return _response(self.post.move(request.path_params["item_code"], how))

    async def _report_to(self, request: Request) -> Response:
        """Sets where the post sends its reports. Body: a ReportsTo."""
        self.post.to = ReportsTo.model_validate_json(await request.body()).url
        return _response(json_answer({"url": self.post.to}))


def _at_random(contract: Contract | MailSystem, share: float) -> list[Fault]:
    """Every fault of this system at random. Together they hit `share` of its calls."""
    if share <= 0:
        return []
    told = CALLBACK_MODES | REPORT_MODES
    modes = sorted(contract.modes - {FaultMode.OK} - FINAL_MODES - told)
    faults = [Fault(mode=mode, rate=share / len(modes), delay=0.5) for mode in modes]
    callbacks = sorted(contract.modes & told)
    return faults + [Fault(mode=mode, rate=share / len(callbacks), delay=0.5) for mode in callbacks]


def _unknown_modes(system: SimulatedSystem | MailSystem, faults: list[Fault]) -> Answer | None:
    """The refusal of faults that this system cannot have."""
    unknown = sorted({fault.mode for fault in faults} - system.contract.modes - {FaultMode.OK})
    message = f"{system.contract.system} has no {', '.join(unknown)}"
    return json_answer({"error_code": "unknown_mode", "message": message}, 422) if unknown else None


def _counts(system: SimulatedSystem | MailSystem) -> dict[str, Any]:
    """The counts of one system. `effects`, by service: for how many keys, how often in all, and for one key at most."""
    effects: dict[str, dict[str, int]] = {}
    for one in system.contract.records(None)["effects"]:
        of_service = effects.setdefault(one["service"], {"keys": 0, "times": 0, "most": 0})
        of_service["keys"] += 1
        of_service["times"] += one["times"]
        of_service["most"] = max(of_service["most"], one["times"])
    return {
        "modes": sorted(system.contract.modes),
        "received": system.received,
        "rejected": system.rejected,
        "misbehaved": system.faults.hits,
        "effects": effects,
    }


async def _invalid_request(_: Request, error: Exception) -> Response:
    return _response(json_answer({"error_code": "invalid_request", "message": str(error)}, 422))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.content_type)
