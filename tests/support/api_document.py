"""The OpenAPI document of the API, made once for each test process."""

from __future__ import annotations

from functools import cache
from typing import Any

from gateway.api.application import routed


@cache
def api_document() -> dict[str, Any]:
    """The document; whoever asks shares it and leaves it as it is."""
    return routed().openapi()
