"""What a process of the replay does first, and for each batch.

It imports nothing of ours at the top, because with another release the packages are that release's. What goes to the
process and comes back are plain values, so that reading them needs no package either.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from pathlib import Path
from typing import TypeAlias

Plain: TypeAlias = tuple[tuple[str, bytes | str], ...]
"""Histories: the name of each workflow, and its history as bytes or the path of its file."""

ONE_THREAD = ("TOKIO_WORKER_THREADS", "1")
"""Temporal's core gets one thread in a process that replays. With one for each core they wake each other up."""

_unusable: str | None = None
"""Why the other release does not run in this process."""


def prepare(rules: tuple[str, ...], parent: int, release: Path | None, aside: int) -> None:
    """Runs once in each new process. Only there is imported what replays, because that takes two seconds.

    `rules`: each as JSON. `parent`: the number of the process that started this one. `aside`: how far it steps back for
    other processes, as `nice` counts.
    """
    os.nice(aside)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the parent obeys it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if os.getppid() != parent:  # it was gone before the thread looked
        os._exit(1)
    os.environ.setdefault(*ONE_THREAD)  # noqa: TID251  for a library of this process, no setting of ours
    if release is None:
        from workers import replay_process

        replay_process.prepare(rules)
        return
    global _unusable  # noqa: PLW0603  the pool keeps no other state in a process
    try:
        _import_release(release, rules)
    except Exception as problem:  # a module, a name or a rule that the other release does not have
        _unusable = f"{type(problem).__name__}: {problem}"


def _import_release(release: Path, rules: tuple[str, ...]) -> None:
    from workers.replay_release import use

    use(release)
    from workers import replay_process

    replay_process.prepare(rules)


def _end_with_parent() -> None:
    """Ends this process when its parent was killed. It would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def replay(batch: Plain, sandboxed: bool) -> bytes | str:
    """The pickled results of a batch. A text: why the other release does not run here."""
    if _unusable is not None:
        return _unusable
    from workers import kept_histories, replay_process

    histories = [
        kept_histories.KeptHistory(name, kept if isinstance(kept, bytes) else Path(kept)) for name, kept in batch
    ]
    return pickle.dumps(replay_process.replay(histories, replay_process.How(sandboxed)))
