"""The dossiers of a process run the same compiled code, and nothing else of their modules is shared."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from importlib.util import module_from_spec
from types import FunctionType, ModuleType

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails

import workflows
from tests.histories import corpus
from workers.lean_runner import LeanSandboxedRunner
from workers.replay_process import replayer
from workers.shared_code import SharedCodeFinder
from workflows import rules_in_force

FINDER = SharedCodeFinder()


def imported_anew(name: str) -> ModuleType:
    spec = FINDER.find_spec(name, list(workflows.__path__))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_two_imports_have_one_code_and_their_own_globals() -> None:
    """What one dossier's module changes, another one does not see."""
    one, other = imported_anew("workflows.dossier"), imported_anew("workflows.dossier")
    assert one.DossierWorkflow is not other.DossierWorkflow
    assert one.DossierWorkflow.run is not other.DossierWorkflow.run
    assert one.DossierWorkflow.run.__code__ is other.DossierWorkflow.run.__code__
    vars(one)["LOOKS_BACK"] = "changed"
    assert vars(other)["LOOKS_BACK"] != "changed"


@pytest.mark.parametrize("name", ["domain.values", "json", "workflowsish"])
def test_modules_outside_the_package_are_left_to_python(name: str) -> None:
    """They are loaded once by the sandbox, or are not ours."""
    assert FINDER.find_spec(name) is None


def test_a_module_that_does_not_exist_is_not_found() -> None:
    """Python then says so, as always."""
    assert FINDER.find_spec("workflows.absent", list(workflows.__path__)) is None


async def test_the_dossiers_in_the_sandbox_run_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """While three dossiers are in memory, their workflow's function exists three times and its code once."""
    rules_in_force.install(rules_in_force.rulebook().adding(*corpus.rules()))
    in_memory: list[WorkflowInstance] = []
    create = LeanSandboxedRunner.create_instance

    def create_and_keep(runner: LeanSandboxedRunner, details: WorkflowInstanceDetails) -> WorkflowInstance:
        in_memory.append(create(runner, details))
        return in_memory[-1]

    monkeypatch.setattr(LeanSandboxedRunner, "create_instance", create_and_keep)
    file = corpus.file_of("withdrawn")
    text = file.read_text(encoding="utf-8")

    async def three() -> AsyncIterator[WorkflowHistory]:
        for number in range(3):
            yield WorkflowHistory.from_json(f"dossier-{number}", text)

    before = {id(function) for function in acting()}
    assert not (await replayer().replay_workflows(three())).replay_failures
    new = [function for function in acting() if id(function) not in before]
    assert len(new) >= 3
    assert len({id(function.__code__) for function in new}) == 1
    assert len({id(function.__globals__) for function in new}) == len(new)


def acting() -> list[FunctionType]:
    """Every copy of the function that takes an act, of all dossiers in memory."""
    return [
        one for one in gc.get_objects() if type(one) is FunctionType and one.__qualname__ == "DossierWorkflow._handle"
    ]
