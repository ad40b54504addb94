"""The examples of the OpenAPI document about events and webhooks. A test reads them by the models of the answers."""

from __future__ import annotations

from typing import Any

POSITION = "p00000000000002f100000000000001a4"
DOSSIER = "H42.101-261126-0007"
WEBHOOK_ID = "wh-1f0c2f6f1f7c"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": f"{DOSSIER}/3",
    "source": "/authorities/H42",
    "type": "luongxanh.dossier_routed.v1",
    "subject": DOSSIER,
    "time": "2026-11-26T09:12:00+07:00",
    "datacontenttype": "application/json",
    "dataschema": "/v1/schemas/events/luongxanh.dossier_routed.v1",
    "sequence": "0000000003",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "procedure": "1.001193",
    "unit": "13285",
    "data": {
        "dossier": DOSSIER,
        "version": 3,
        "actor": {"role": "reception", "unit": "13285"},
        "event": {
            "at": "2026-11-26T09:12:00+07:00",
            "note": None,
            "kind": "dossier_routed",
            "competent": "13366",
            "queue": None,
            "reasons": [
                {
                    "code": "residence",
                    "text": {"vi": "Theo nơi cư trú.", "en": "By the place of residence."},
                }
            ],
            "crossing": True,
        },
    },
}
EVENTS = {"items": [EVENT], "next": POSITION, "more": False}
STREAM = f"retry: 3000\n\nid: {POSITION}\ndata: {{…}}\n\n: -\nid: {POSITION}\n\n"
TYPES = {
    "items": [
        {"type": "luongxanh.dossier_accepted.v1", "href": "/v1/schemas/events/luongxanh.dossier_accepted.v1"},
        {"type": "luongxanh.dossier_submitted.v1", "href": "/v1/schemas/events/luongxanh.dossier_submitted.v1"},
    ]
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "/v1/schemas/events/luongxanh.dossier_accepted.v1",
    "title": "luongxanh.dossier_accepted.v1",
    "type": "object",
    "required": ["dossier", "version", "actor", "event"],
}
NEW_WEBHOOK = {
    "url": "https://so-hoa.example/luong-xanh",
    "filter": {"types": ["luongxanh.dossier_accepted.v1", "luongxanh.dossier_resolved.v1"], "units": ["13366"]},
    "after": POSITION,
}
WEBHOOK = {
    "id": WEBHOOK_ID,
    "service": "so-hoa",
    "url": "https://so-hoa.example/luong-xanh",
    "filter": {
        "procedures": None,
        "units": ["13366"],
        "types": ["luongxanh.dossier_accepted.v1", "luongxanh.dossier_resolved.v1"],
    },
    "state": "active",
    "because": None,
    "position": POSITION,
    "failures": 0,
    "rests_until": None,
    "created_at": "2026-11-26T08:00:00+07:00",
    "created_by": "so-hoa",
    "changed_at": "2026-11-26T08:00:00+07:00",
    "changed_by": "so-hoa",
}
NEW_SECRET = {"webhook": WEBHOOK, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDMfLbjwLQzc0="}
WEBHOOKS = {"items": [WEBHOOK], "next": None, "previous": None}
CHANGE = {"url": "https://so-hoa.example/luong-xanh-2"}
ROTATION = {"overlap_hours": 48}
REPLAY = {"after": POSITION}
RETRY = {"dossier": DOSSIER}
SKIP = {"dossier": DOSSIER}
NOTHING: dict[str, Any] = {}
PINGED = {"delivered": True, "status": 204, "code": None}
RETRIED = {"dossiers": 1}
SKIPPED = {"dossier": DOSSIER, "version": 3}
DELIVERIES = {
    "items": [
        {
            "dossier": DOSSIER,
            "version": 3,
            "code": "webhook_failed",
            "tries": 10,
            "since": "2026-11-22T09:12:05+07:00",
            "next_try": None,
            "given_up_at": "2026-11-26T10:02:11+07:00",
        }
    ],
    "next": None,
    "previous": None,
}
