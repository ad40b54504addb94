"""Copies a frozen dataclass with new values in some of its fields.

mypy checks `changed` as `dataclasses.replace`: an unknown field or a value of another type is an error. At run time all
fields are copied at once. `replace` calls the constructor field by field, which is slow: reading a dossier's events
changes a few fields of a large record very often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["changed"]

if TYPE_CHECKING:
    from dataclasses import replace as changed
else:

    def changed(value: Any, /, **changes: Any) -> Any:
        """A copy with these fields changed. TypeError: a field that does not exist."""
        fields = value.__dict__
        if not changes.keys() <= fields.keys():
            unknown = ", ".join(sorted(changes.keys() - fields.keys()))
            raise TypeError(f"{type(value).__name__} has no field {unknown}")
        copy = object.__new__(type(value))
        copy.__dict__.update(fields)
        copy.__dict__.update(changes)
        return copy
