"""The stack of this measurement: the servers, a full register, the issuer, the API process and a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from activities.ledger.migrations import migrate
from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.organisation.units import UnitLevel
from domain.rules.province import Province
from gateway.api.keys import Keys
from gateway.client import Engine
from tools.benchmark.bench_stack import tell_simulator
from tools.benchmark.http_api.options import ApiBenchOptions
from tools.benchmark.large_ledger import OPEN_AT, Size, fill
from tools.benchmark.rules import standard_province
from tools.local_stack import OWNER_ROLE, ProcessSpec, Ready, Stack
from tools.local_stack.components import API, ISSUER, SIMULATOR
from workers.credentials import api_secrets
from workers.engine import open_engine
from workers.settings import Mode, Settings, load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES

WORKER = ProcessSpec(
    name="worker",
    argv=("{python}", "-m", "tools.benchmark.http_api.worker", "--ready", "{ready}"),
    ready=Ready.FILE,
    stop_seconds=40,
    environment={"PYTHONPATH": "{checkout}"},
)
PAID = {kind: weight for kind, weight in OPEN_AT.items() if kind != "payment_order_created"}
"""No copy awaits a payment: when the API starts, it asks about every order that may have been paid meanwhile."""
ROWS_OF_A_DESK = 500
"""The desks of the measurement are those whose dossiers come nearest to this number."""
MINUTES = 240
"""The life of a token: longer than the measurement."""


@dataclass(frozen=True)
class Desk:
    """A unit that receives dossiers, with an officer of its desk and some of its dossiers."""

    unit: str
    person: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class ApiStack:
    """The running stack, the client library in this process, and who asks."""

    stack: Stack
    engine: Engine
    keys: Keys
    desks: Sequence[Desk]
    supervisor: str
    """Somebody who sees every dossier."""

    @property
    def url(self) -> str:
        """Where the API answers."""
        return self.stack.running("api").urls["http"]

    async def token(self, person: str) -> str:
        """An access token of the stack's issuer."""
        order = {"person": person, "minutes": MINUTES}
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
            answer = await http.post(f"{self.stack.running('issuer').urls['http']}/dev/token", json=order)
        answer.raise_for_status()
        return str(answer.json()["access_token"])


@asynccontextmanager
async def api_stack(options: ApiBenchOptions) -> AsyncIterator[ApiStack]:
    """Fills the register before the processes start, so that the API finds it. Raises StackError."""
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        settings = load_settings({}, servers.folder, mode=Mode.EMBEDDED)
        owner = servers.postgres_url(OWNER_ROLE)
        await migrate(owner)
        async with open_engine(settings) as engine:
            await _publish(engine)
            size = Size.of_province(options.dossiers, options.open, engine.province)
            await fill(owner, engine.pool, size.model_copy(update={"open_at": PAID}))
        simulator = SIMULATOR.model_copy(update={"argv": SIMULATOR.argv[:-2]})
        processes = (simulator, ISSUER, API, WORKER)
        stack = Stack(servers.folder, processes=processes, search_attributes=SEARCH_ATTRIBUTES)
        stack.up()
        await tell_simulator(stack.running("simulator").urls["http"])
        async with open_engine(load_settings({}, servers.folder, mode=Mode.EMBEDDED)) as engine:
            yield await _ready(stack, engine, settings, options)


async def _publish(engine: Engine) -> None:
    """The rules of the province, and those that the copies have pinned."""
    await engine.publish_rules()
    await RulesStore(engine.pool).publish(standard_province().rulebook().stored())


async def _ready(stack: Stack, engine: Engine, settings: Settings, options: ApiBenchOptions) -> ApiStack:
    committee = _committee(engine.province)
    return ApiStack(
        stack=stack,
        engine=engine,
        keys=Keys(*api_secrets(settings)),
        desks=await _desks(engine.pool, max(1, (options.clients + 1) // 2), options.repeats),
        supervisor=f"cb.{committee}.supervisor.1",
    )


def _committee(province: Province) -> str:
    """The unit at the head of the province, whose supervisors see every dossier."""
    units = province.organisation.units
    return next(one.code for one in units if one.level is UnitLevel.PROVINCIAL_COMMITTEE and one.valid_to is None)


async def _desks(pool: Pool, number: int, most: int) -> list[Desk]:
    rows = await pool.fetch(
        "select received_by, (array_agg(code order by md5(code)))[:$3] as codes from dossier group by received_by"
        " order by abs(count(*) - $1), received_by limit $2",
        ROWS_OF_A_DESK,
        number,
        most,
    )
    return [Desk(row["received_by"], f"cb.{row['received_by']}.reception.1", tuple(row["codes"])) for row in rows]
