"""The names of the task queues for people."""

from __future__ import annotations

from collections.abc import Iterable

from domain.values import Bilingual
from gateway.i18n.wording import say, system_name

_QUEUES = {
    "dossiers": say("hồ sơ", "dossiers"),
    "rollouts": say("đợt triển khai, đợt sửa", "rollouts and repairs"),
}
"""The queues that serve no outside system. Runs of repairs are rollouts."""


def queue_name(serves: str) -> Bilingual:
    """The name of a task queue; see `QueueNow.serves`."""
    return _QUEUES.get(serves) or system_name(serves)


def queues_named(queues: Iterable[str]) -> Bilingual:
    """The names of these queues in one text, each once."""
    names = [queue_name(one) for one in dict.fromkeys(queues)]
    return say(", ".join(one.vi for one in names), ", ".join(one.en for one in names))
