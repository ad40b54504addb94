"""Operations that will go: their answers say since when they should not be used, and until when they are served.

The headers are `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to what to use instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import Request

from gateway.api.answer_headers import add_headers


@dataclass(frozen=True)
class Deprecated:
    """Since when an operation should not be used any more, and until when it is served. `instead`: an address."""

    since: datetime
    until: datetime
    instead: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every answer of the operation."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.until.astimezone(UTC), usegmt=True),
            "Link": f'<{self.instead}>; rel="deprecation"',
        }

    async def told(self, request: Request) -> None:
        """Adds the headers to the answer, also to a refusal."""
        add_headers(request.scope, self.headers)
