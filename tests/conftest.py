"""Real servers for the tests.

Each process of the run (pytest-xdist) starts its own, when the first test asks, and stops it at the end.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import signal
from collections.abc import AsyncIterator, Iterator
from itertools import groupby
from typing import Any

import pytest
from hypothesis import settings
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from xdist.scheduler import LoadFileScheduling

from tests.support import databases, hung_tests
from tests.support.databases import Database
from tests.support.forked_parts import forked
from tests.support.memory_folder import use_memory
from tools.local_stack import Stack, processes

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
"""No test is judged by the clock: other work may make the machine slow."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Ctrl-C reaches the programs that tests start, also where the run itself was started in the background.

    Temporary files are in memory before anything asks where they are. The collector looks for garbage rarely: ten
    thousand tests and what they import are none, and to look through them took a tenth of the CPU of a run.
    """
    gc.set_threshold(50_000, 20, 50)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    use_memory()
    processes.launch = forked
    config.pluginmanager.register(hung_tests)


WAITING = frozenset({"tests/workflows/test_lost_answers.py", "tests/workflows/test_rollout.py"})
"""Modules of many long tests that mostly wait and start no server of their own."""
ONE_BY_ONE = WAITING | {"tests/activities/province/test_mutations.py"}
"""Modules of which each test goes to the process that is free."""


class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """A process takes whole modules, so that a module's servers start once, and single tests of some modules."""

    def _split_scope(self, nodeid: str) -> str:
        module = super()._split_scope(nodeid)
        return nodeid if module in ONE_BY_ONE else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Decides which process of the run gets which test. Optional: a run without pytest-xdist has no such hook."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that take long first, then those that need servers, single tests last: all processes end together.

    Tests that mostly wait are spread among those that need servers, so that the processor is never idle. They are
    handed out in this order (`--no-loadscope-reorder`).
    """
    ranks: dict[str, int] = {}
    for item in items:
        rank = 0 if item.get_closest_marker("slow") else 1 if item.get_closest_marker("stack") else 2
        ranks[module_of(item)] = min(rank, ranks.get(module_of(item), rank))
    waiting = [item for item in items if module_of(item) in WAITING]
    others = [item for item in items if module_of(item) not in WAITING]
    others.sort(key=lambda item: (module_of(item) in ONE_BY_ONE, ranks[module_of(item)]))
    with_servers = [module for module in dict.fromkeys(map(module_of, others)) if ranks[module] == 1]
    share = -(-len(waiting) // max(1, len(with_servers)))
    items.clear()
    for module, of_module in groupby(others, module_of):
        items.extend(of_module)
        if ranks[module] == 1:
            items.extend(waiting[:share])
            del waiting[:share]
    items.extend(waiting)


def module_of(item: pytest.Item) -> str:
    """The file of a test, as its id names it."""
    return item.nodeid.partition("::")[0]


def declared_search_attributes() -> tuple[SearchAttributeKey[Any], ...]:
    """The one list of search attributes that the engine declares."""
    return tuple(importlib.import_module("workflows.search_attributes").SEARCH_ATTRIBUTES)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Stack]:
    """A PostgreSQL for this test process. Ask for `database` instead, unless the server itself is what is tested."""
    with Stack.temporary(servers=["postgres"], durable=False) as stack:
        yield stack


@pytest.fixture(scope="session")
async def template(postgres: Stack) -> str:
    """The name of a database with every migration applied, made once: `database` copies it."""
    migrations = importlib.import_module("activities.ledger.migrations")
    database = await databases.create(postgres, name=databases.TEMPLATE)
    await migrations.migrate(database.admin_url)
    return database.name


@pytest.fixture
async def database(postgres: Stack, template: str) -> AsyncIterator[Database]:
    """A new migrated database for one test."""
    made = await databases.create(postgres, template)
    yield made
    await databases.drop(postgres, made)


@pytest.fixture(scope="module")
async def module_database(postgres: Stack, template: str) -> AsyncIterator[Database]:
    """A new migrated database that the tests of one module share."""
    made = await databases.create(postgres, template)
    yield made
    await databases.drop(postgres, made)


@pytest.fixture
async def empty_database(postgres: Stack) -> AsyncIterator[Database]:
    """A new database without a single table, for tests of the migrations themselves."""
    made = await databases.create(postgres)
    yield made
    await databases.drop(postgres, made)


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[Stack]:
    """A Temporal for this test process, as `make up` starts it."""
    with Stack.temporary(servers=["temporal"], search_attributes=declared_search_attributes()) as stack:
        yield stack


@pytest.fixture(scope="session")
async def temporal_dev(temporal_server: Stack) -> Client:
    """A client of a plain Temporal, whose time is the real one."""
    return await Client.connect(temporal_server.temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture(scope="session")
async def temporal_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal whose workflows skip over their waits: `env.fast_forward(handle, delta)` goes through 30 days in a
    second.

    Start a workflow inside `env.with_time_skipping_disabled()` and fast-forward it afterwards: each workflow has a
    clock of its own.
    """
    starting = importlib.import_module("tools.local_stack.time_skipping").time_skipping_temporal
    # A workflow whose task fails twice in a row is marked: tests need not wait for the fifth try.
    env = await starting("system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2")
    yield env
    await env.shutdown()
