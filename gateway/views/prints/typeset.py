"""Typesets a template with data as a PDF. The same template and data give the same bytes, on every machine.

Values are handed over as JSON and are shown as text: nothing that a person wrote is ever read as markup. Only the fonts
inside typst are used; Libertinus Serif has every Vietnamese letter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from domain.text.printable import printable

TEMPLATES = Path(__file__).parent / "templates"
EPOCH = 0
"""The time that a file says it was made at: a time of the day would make every file another one."""


def typeset(template: str, data: Mapping[str, Any], folder: Path = TEMPLATES) -> bytes:
    """The PDF of a template (`slip` for `slip.typ`) with this data: text, numbers, booleans, None, lists, objects.

    Invisible characters and line ends in texts are made harmless. Raises typst.TypstError for a template that does not
    compile, TypstWarning for one that compiles with a warning.
    """
    compiler = typst.Compiler(folder / f"{template}.typ", root=folder, ignore_system_fonts=True)
    given = {"data": json.dumps(_harmless(data), ensure_ascii=False)}
    made, warned = compiler.compile_with_warnings(format="pdf", sys_inputs=given, timestamp=EPOCH)
    if warned:
        raise warned[0]
    assert isinstance(made, bytes)
    return made


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(name): _harmless(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(one) for one in value]
    return value
