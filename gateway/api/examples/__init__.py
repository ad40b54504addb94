"""The examples of the OpenAPI document, one JSON file for each operation: of its answer, and of its body.

A test reads each of them by its model or schema; where the answer does not depend on the time, it also asks the API.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def answer_example(name: str) -> Any:
    """The example of an answer, by the id of its operation. None when there is none."""
    return _read("answers", name)


def body_example(operation: str) -> Any:
    """The example of the body of an operation. None when it takes none."""
    return _read("bodies", operation)


def _read(folder: str, name: str) -> Any:
    file = files(__name__).joinpath(folder, f"{name}.json")
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
