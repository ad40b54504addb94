"""Records the histories that every later release must replay: `python -m tests.histories.record [STORY …]`.

Each story of `stories` runs on a real Temporal, PostgreSQL and simulator. The history of its dossier is written to
`STORY.revision-N.json` beside this file, N being the revision of the rules in force (`STORY.json`: the first two), and
the pinned rules to `rules.json`. Record a story again only when a change makes it impossible to replay *before it was
ever released*. A history of a released version is never replaced: its code path stays until no dossier runs on it.

`set_back_with_a_task_ended_between` is no story: it came of one run in sixty under heavy load. Temporal ended the task
between the answer of a local activity and what followed from it. Its two events of a patch marker are taken out.
`awaited_elsewhere` is no story either: it is a wait for a dossier, one of whose looks somebody ended by hand, recorded
as `tests/workflows/test_dossier_wait.py` starts it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from activities.ledger.migrations import migrate
from tests.histories.corpus import RECORDER, RULES, file_of, list_released, rules
from tests.histories.stories import STORIES, Story
from tests.support import databases
from tests.support.engine_harness import open_engine_harness
from tools.local_stack import Stack
from tools.local_stack.time_skipping import time_skipping_temporal
from workers.tracing import CallersTrace
from workflows import rules_in_force


async def record(stories: tuple[Story, ...]) -> None:
    """Runs the stories one after the other and writes their files. Rules that are already stored stay."""
    trace.set_tracer_provider(TracerProvider())  # a worker always has traces, so its histories have their headers
    with Stack.temporary(servers=["postgres"], durable=False) as postgres:
        database = await databases.create(postgres)
        await migrate(database.admin_url)
        environment = await time_skipping_temporal(interceptors=[CallersTrace()])
        async with environment, open_engine_harness(database, environment) as hall:
            for story in stories:
                code = await story(hall)
                history = (await hall.handle(code).fetch_history()).to_json_dict()
                written = json.dumps(_anonymous(history), ensure_ascii=False, indent=1) + "\n"
                file_of(story.__name__).write_text(written, encoding="utf-8")
                sys.stdout.write(f"{story.__name__}: {len(history['events'])} events\n")
    _keep_rules()
    list_released()


def _keep_rules() -> None:
    kept = {one.hash: one for one in rules()} if RULES.exists() else {}
    kept |= {one.hash: one for one in rules_in_force.rulebook().stored()}
    RULES.write_text(
        json.dumps([one.model_dump(mode="json") for one in kept.values()], ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )


ANONYMOUS = {"identity": RECORDER, "stackTrace": ""}
PROCESS = re.compile(r"^[0-9]+@[^:]+")
"""How the name of a worker's own queue begins: the number of the process and the name of the machine."""


def _anonymous(part: Any) -> Any:
    """The history without the names of processes and the paths in stack traces."""
    if isinstance(part, dict):
        return {name: ANONYMOUS.get(name, _anonymous(value)) for name, value in part.items()}
    if isinstance(part, str):
        return PROCESS.sub(RECORDER, part)
    return [_anonymous(one) for one in part] if isinstance(part, list) else part


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.histories.record", description=__doc__)
    names = {story.__name__: story for story in STORIES}
    parser.add_argument("story", nargs="*", choices=[*names, []], help="all of them, when none is named")
    chosen = parser.parse_args().story or list(names)
    asyncio.run(record(tuple(names[name] for name in chosen)))


if __name__ == "__main__":
    main()
