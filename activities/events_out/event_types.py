"""The types of the events that go out: their names, and the JSON schema of each.

A name is `luongxanh.KIND.vSCHEMA`, like `luongxanh.dossier_submitted.v1`. The kind is that of the ledger; the schema
grows when the meaning of a kind changes (`domain.record.sealing`), so that a receiver never reads a meaning it does not
know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

from domain.dossier.events import AnyEvent, BaseEvent
from domain.errors import InvalidInput
from domain.messages.events_out import EventsRefusal
from domain.record.sealing import schema_of
from domain.roles import Role

PREFIX = "luongxanh"
SCHEMAS_PATH = "/v1/schemas/events/"
"""The path of the API under which the schemas are published, each under the name of its type."""
DRAFT = "https://json-schema.org/draft/2020-12/schema"

PERSONAL = frozenset({"submitted_by", "address", "certificate", "signature", "pay_url"})
"""The fields of events, at any depth, that can point to a person although the ledger has no personal data: the account
that filed, the address of the matter, who signed, the page on which the applicant pays. They are left out, except for a
caller who may see personal data.

Internal codes of officers (`person`, `by`, `signer`, `stated_by`) stay, as decision 025 says: they are no personal data
(people.yaml refuses identity and telephone numbers), whoever may read the dossier sees them there, and other software
has to know to whom work is assigned. Who acted is left out all the same, because it may be the applicant."""

_NAME = re.compile(r"luongxanh\.([a-z_]+)(?:\.v([0-9]{1,4}))?", re.ASCII)
_EVENT_CLASSES: tuple[type[BaseEvent], ...] = get_args(AnyEvent)
_BY_KIND: dict[str, type[BaseEvent]] = {one.model_fields["kind"].default: one for one in _EVENT_CLASSES}

Json = dict[str, Any]


def type_of(kind: str, schema: int | None = None) -> str:
    """The name of the type; of today's schema when none is given."""
    return f"{PREFIX}.{kind}.v{schema or schema_of(kind)}"


def event_types() -> tuple[str, ...]:
    """The types of this release, in the order of the alphabet."""
    return tuple(sorted(map(type_of, _BY_KIND)))


def kinds_named(names: Iterable[str]) -> frozenset[str]:
    """The kinds that these types name, with or without a version. Raises InvalidInput `event_type_unknown`."""
    return frozenset(map(_kind_named, names))


def _kind_named(name: str) -> str:
    match = _NAME.fullmatch(name)
    kind, version = match.groups() if match else ("", None)
    if kind not in _BY_KIND or (version is not None and int(version) != schema_of(kind)):
        raise InvalidInput(EventsRefusal.EVENT_TYPE_UNKNOWN)
    return kind


@cache
def json_schemas() -> dict[str, Json]:
    """The JSON schema of the data of each type, by its name: what a CloudEvent of the type has as `data`."""
    return {name: _schema(name) for name in event_types()}


def _schema(name: str) -> Json:
    event = _BY_KIND[_kind_named(name)]
    body = _with_optional(event.model_json_schema(mode="serialization", ref_template="#/$defs/{model}"))
    definitions = body.pop("$defs", {})
    return {
        "$schema": DRAFT,
        "$id": SCHEMAS_PATH + name,
        "title": name,
        "type": "object",
        "required": ["dossier", "version", "actor", "event"],
        "properties": {
            "dossier": {"type": "string", "description": "Mã hồ sơ (the dossier's code)"},
            "version": {"type": "integer", "minimum": 1, "description": "Phiên bản của hồ sơ sau sự kiện này "
                        "(the dossier's version after this event)"},
            "actor": _ACTOR,
            "event": body,
            "particulars": _PARTICULARS,
        },
        **({"$defs": definitions} if definitions else {}),
    }  # fmt: skip


def _with_optional(schema: Any) -> Any:
    """The schema in which no personal field is required."""
    if isinstance(schema, list):
        return [_with_optional(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: [one for one in value if one not in PERSONAL] if key == "required" else _with_optional(value)
        for key, value in schema.items()
    }


def impersonal(body: Any) -> Any:
    """The body of an event without its personal fields."""
    if isinstance(body, list):
        return [impersonal(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {name: impersonal(value) for name, value in body.items() if name not in PERSONAL}


_ACTOR: Json = {
    "type": "object",
    "description": "Vai trò và đơn vị của người hoặc hệ thống đã làm (the role and unit of whoever acted)",
    "required": ["role", "unit"],
    "properties": {
        "role": {"enum": [role.value for role in Role]},
        "unit": {"type": ["string", "null"]},
        "carried_by": {
            "type": "string",
            "description": "Dịch vụ hoặc chương trình đã chuyển việc làm này (the service or program that carried it)",
        },
        "person": {
            "type": "string",
            "description": "Mã nội bộ, chỉ khi người gọi được xem (an internal code, only for callers who may see it)",
        },
    },
}
_PARTICULARS: Json = {
    "type": "object",
    "description": "Chỉ khi người gọi được xem: dữ liệu cá nhân theo mã cam kết (only for callers who may see them: "
    "the personal data, by the commitments that stand in the event)",
    "additionalProperties": {"type": "object"},
}
