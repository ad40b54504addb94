"""Reads the logs of our processes: the errors by name, and what is no line of a log at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ERRORS = frozenset({"error", "critical"})
SAID = 5
"""Examples that are kept of each kind."""


def errors_in(logs: Iterable[Path]) -> tuple[Counter[str], dict[str, list[str]]]:
    """How often each error was logged, and some lines of each. A line that is no JSON is an error `unreadable`."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for log in logs:
        for line in log.read_text("utf-8", "replace").splitlines():
            name = _error(line)
            if name is not None:
                counts[name] += 1
                examples.setdefault(name, [])
                if len(examples[name]) < SAID:
                    examples[name].append(f"{log.stem}: {line[:1500]}")
    return counts, examples


def _error(line: str) -> str | None:
    try:
        told = json.loads(line)
    except ValueError:
        return "unreadable" if line.strip() else None
    if not isinstance(told, dict) or told.get("level") not in ERRORS:
        return None
    return str(told.get("event", "?"))[:100]
