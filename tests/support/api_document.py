"""The OpenAPI document of the API, as it is kept. `test_document.py` checks that the API makes the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"


@cache
def api_document() -> dict[str, Any]:
    """The document; whoever asks shares it and leaves it as it is. To make it takes seconds, to read it does not."""
    document: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return document
