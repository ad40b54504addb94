"""The examples of answers in the OpenAPI document: one JSON file an operation. Tests ask the API and compare."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def example_of(operation: str) -> Any:
    """The example answer of an operation."""
    return json.loads(files(__name__).joinpath(f"{operation}.json").read_text(encoding="utf-8"))
