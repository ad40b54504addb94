"""Writes a place in the global order as a token, and reads it back.

Other software keeps the token and sends it back to go on from there. Tokens sort as the events do. They are not signed:
a made-up place shows nothing, because filter and scope are applied at every reading.
"""

from __future__ import annotations

import re

from activities.ledger.feed import Cursor
from domain.errors import InvalidInput
from domain.messages.events_out import EventsRefusal

_TOKEN = re.compile(r"p([0-9a-f]{16})([0-9a-f]{16})", re.ASCII)
_LARGEST = 2**63 - 1
"""Of PostgreSQL's bigint."""


def position_of(place: Cursor) -> str:
    """The token of a place."""
    return f"p{place.xid:016x}{place.position:016x}"


def place_of(position: str) -> Cursor:
    """The place of a token. Raises InvalidInput `event_position_malformed`."""
    match = _TOKEN.fullmatch(position)
    if match is None:
        raise InvalidInput(EventsRefusal.EVENT_POSITION_MALFORMED)
    xid, place = (int(part, 16) for part in match.groups())
    if max(xid, place) > _LARGEST:
        raise InvalidInput(EventsRefusal.EVENT_POSITION_MALFORMED)
    return Cursor(xid=xid, position=place)
