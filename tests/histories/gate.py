"""The replay gate: `python -m tests.histories.gate`. Every history of every released revision replays on this code.

It fails when a history is gone, changed or not listed in `released.txt`, and when one does not replay. It names the
dossier, the first event that differs, the code that asked for something else, and the remedy. It uses the sandbox, as
a worker does. `released.txt` has the SHA-256 of each history, as `sha256sum` writes it; `record` adds new ones.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.histories.corpus import FOLDER, RELEASED, recorded, rules
from workers.histories import histories_in
from workers.kept_histories import Replayed
from workers.replay_release import release
from workers.replaying import ReplayProcesses


def missing(folder: Path = FOLDER) -> Iterator[str]:
    """What is wrong with the corpus itself, a sentence for each history."""
    lines = (folder / RELEASED.name).read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    if not listed:
        yield f"{RELEASED.name} lists no history: an empty corpus proves nothing"
    here = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in recorded(folder)}
    for name, digest in listed.items():
        if name not in here:
            yield f"{name} is gone: a history of a release stays until no dossier runs on it (git checkout it)"
        elif here[name] != digest:
            yield f"{name} was changed: a history of a release is never replaced (git checkout it)"
    for name in here.keys() - listed.keys():
        yield f"{name} is not in {RELEASED.name}: python -m tests.histories.record adds it"


async def replayed(against: str | None = None, files: Sequence[Path] = ()) -> list[Replayed]:
    """The results of these histories (default: all), in the sandbox. `against`: as of `ops replay`."""
    results: list[Replayed] = []
    with (
        release(against) as folder,
        ReplayProcesses(
            1 if files else len(os.sched_getaffinity(0)), rules(), sandboxed=True, release=folder
        ) as replaying,
    ):
        await replaying.replay(histories_in(files or recorded()), results.append)
    return results


def told(result: Replayed) -> str:
    """A failure in lines: the dossier, what differs, and the remedy."""
    failure = result.failure
    if failure is None:
        return f"{result.workflow} replays"
    lines = (f"{result.workflow}: {failure.words.en}", f"  {failure.said}", f"  remedy: {failure.remedy_words.en}")
    return "\n".join(lines)


def main() -> int:
    """The command. Returns 1 when the gate is shut."""
    parser = argparse.ArgumentParser(prog="python -m tests.histories.gate", description=__doc__)
    parser.add_argument("--against", help="another release: a commit, a folder or a wheel")
    wrong = list(missing())
    results = asyncio.run(replayed(parser.parse_args().against))
    wrong += [told(result) for result in results if result.failure is not None]
    for one in wrong:
        sys.stderr.write(f"✗ {one}\n")
    sys.stdout.write(f"{len(results)} histories, {len(wrong)} problems\n")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
