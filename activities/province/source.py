"""One value of a configuration file, with the line of each part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from activities.province.yaml_reader import Place


@dataclass(frozen=True)
class Source:
    """One value of a file: plain data, and the line of each part of it."""

    file: str
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)
    at: Place = ()

    def line(self, *inside: str | int) -> int:
        """The line of a part. For a missing field it is the line of the part that should hold it."""
        path = (*self.at, *inside)
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def inside(self, *inside: str | int) -> Source:
        """A part as a source of its own."""
        value = self.value
        for key in inside:
            value = value[key]
        return Source(self.file, value, self.lines, (*self.at, *inside))

    def items(self) -> Iterator[Source]:
        """The elements of a list, each as a source."""
        for index in range(len(self.value)):
            yield self.inside(index)
