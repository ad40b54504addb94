"""Gives each schema of the document its description."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.values import Bilingual
from gateway.api.texts.enumerations import ENUMERATIONS, WORDS
from gateway.api.texts.schemas_of_deadlines import DEADLINES
from gateway.api.texts.schemas_of_dossiers import DOSSIERS
from gateway.api.texts.schemas_of_events import EVENTS
from gateway.api.texts.schemas_of_reconciling import RECONCILING
from gateway.api.texts.schemas_of_repairs import REPAIRS
from gateway.api.texts.schemas_of_replays import REPLAYS
from gateway.api.texts.schemas_of_rules import RULES
from gateway.api.texts.schemas_of_running import RUNNING
from gateway.dossiers.bodies import COMMAND_BODIES
from gateway.i18n.wording import act_name

BODIES: Mapping[str, str] = {
    body.__name__: f"Nội dung của lệnh “{act_name(kind).vi}” (the body of the command `{kind}`)."
    for kind, body in COMMAND_BODIES.items()
}
SCHEMAS: Mapping[str, str] = {
    **ENUMERATIONS,
    **BODIES,
    **DOSSIERS,
    **DEADLINES,
    **RULES,
    **EVENTS,
    **RECONCILING,
    **REPAIRS,
    **REPLAYS,
    **RUNNING,
}
"""By the name of the schema: Vietnamese, then English in brackets."""


def describe_schemas(schemas: dict[str, Any]) -> None:
    """Replaces what a class says to programmers of this house by words for those of others."""
    for kind, (title, words) in WORDS.items():
        if kind.__name__ in schemas:
            schemas[kind.__name__]["description"] = _values(kind, title, words)
    for name, text in SCHEMAS.items():
        if name in schemas:
            schemas[name]["description"] = text


def _values(kind: type[StrEnum], title: Bilingual, words: Mapping[Any, Bilingual]) -> str:
    vi = "; ".join(f"`{value}` {words[value].vi}" for value in kind)
    en = "; ".join(f"`{value}` {words[value].en}" for value in kind)
    return f"{title.vi}: {vi}.\n\n{title.en}: {en}."
