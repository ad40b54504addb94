"""Every history that was ever recorded replays on this code: no dossier in flight is lost to a new release.

When a test here fails, the change is not deterministic for dossiers that run: let runs of the
recorded revision keep the old path, as CONTRIBUTING says, and do not record the history anew.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import WorkflowReplayResult
from temporalio.workflow import NondeterminismError

from domain.dossier.revision import CURRENT, Revision
from tests.histories import corpus, gate
from tests.histories.stories import STORIES, TOLD_SINCE
from tests.workflows.broken_dossier_workflows import WithOneLookLess, WithoutEntries
from workers import replay_process
from workers.kept_histories import KeptHistory
from workers.replay_process import How, replayer
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow

RECORDED = corpus.recorded()


@pytest.fixture(scope="module", autouse=True)
def _rules_of_the_histories() -> None:
    """The rules that the recorded dossiers pin, as they were then; a change of the domain's defaults is no excuse."""
    rules_in_force.install(rules_in_force.rulebook().adding(*corpus.rules()))


async def replayed(file: Path, workflow: type = DossierWorkflow) -> WorkflowReplayResult:
    """Replays a kept history as the worker would: in its sandbox, with its converter and its traces."""
    history = WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))
    return await replayer(workflow).replay_workflow(history, raise_on_replay_failure=False)


def test_every_story_has_its_history() -> None:
    """An empty or thinned-out corpus proves nothing: whatever is told must have been recorded, under each revision
    since it can be told. The histories of the first two revisions are in one file."""
    for story in STORIES:
        since = TOLD_SINCE.get(story, Revision.FIRST)
        own = {corpus.file_of(story.__name__, revision) for revision in Revision if revision >= since}
        assert own <= set(RECORDED), story.__name__
    assert len(STORIES) - len(TOLD_SINCE) >= 20


def test_every_recorded_history_replays() -> None:
    """The same commands in the same order as when it was recorded, in the sandbox and without it. No history of a
    release is gone or changed. A failure names the dossier, the event, the code that asked, and the remedy."""
    assert "\n".join(gate.missing()) == ""
    kept = [KeptHistory(file.stem, file) for file in RECORDED]
    for how in (How(sandboxed=True), How()):
        results = replay_process.replay(kept, how)
        assert "\n".join(gate.told(one) for one in results if one.failure is not None) == ""
        assert len(results) == len(RECORDED)


@pytest.mark.parametrize(
    "file", [file for file in RECORDED if file.stem.startswith(("straight", "woken"))], ids=lambda file: file.stem
)
async def test_a_workflow_that_skips_a_step_is_caught(file: Path) -> None:
    """The gate can fail: a workflow that no longer writes to the ledger does not replay."""
    result = await replayed(file, WithoutEntries)
    assert isinstance(result.replay_failure, NondeterminismError)


@pytest.mark.parametrize(
    "file", [file for file in RECORDED if "while_an_entry_was_under_way" in file.stem], ids=lambda file: file.stem
)
async def test_a_workflow_that_looks_back_once_too_seldom_is_caught(file: Path) -> None:
    """The looks at the ledger after a restart and after a reset are part of what must stay as it was recorded."""
    result = await replayed(file, WithOneLookLess)
    assert isinstance(result.replay_failure, NondeterminismError)


async def test_a_run_of_a_newer_release_waits_for_its_worker(tmp_path: Path) -> None:
    """A worker that does not know the run's rules decides nothing: the workflow task fails and is tried again."""
    history = json.loads((corpus.FOLDER / "straight_through.json").read_text(encoding="utf-8"))
    [payload] = history["events"][0]["workflowExecutionStartedEventAttributes"]["input"]["payloads"]
    start = json.loads(base64.b64decode(payload["data"])) | {"revision": CURRENT + 1}
    payload["data"] = base64.b64encode(json.dumps(start).encode()).decode()
    newer = tmp_path / "newer.json"
    newer.write_text(json.dumps(history), encoding="utf-8")
    result = await replayed(newer)
    assert f"revision {CURRENT + 1}" in str(result.replay_failure)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_a_recorded_history_names_no_machine_and_no_person(file: Path) -> None:
    """Histories are public: nobody's name, number or machine stands in them."""
    text = file.read_text(encoding="utf-8")
    history = WorkflowHistory.from_json(file.stem, text)
    wire = b"".join(event.SerializeToString() for event in history.events)
    for written in ("Nguyễn Văn An", "037099001234", "0912345678"):
        assert written.encode() not in wire
    assert not re.search(r'"[0-9]+@', text)
    assert {line.strip() for line in text.splitlines() if '"identity":' in line} <= {
        f'"identity": "{corpus.RECORDER}"{end}' for end in ("", ",")
    }
