"""Loads a folder that differs in few files from a sound province: what is the same is read and validated only once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from activities.province.loading import read_province
from activities.province.reading import Reading
from activities.province.source import Source
from domain.rules.province import Province

M = TypeVar("M", bound=BaseModel)


class RememberedProvince:
    """A sound province, and what was read and validated when it was loaded."""

    def __init__(self, folder: Path) -> None:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        self.files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
        self.sources: dict[str, list[Source]] = {}
        self.valid: dict[tuple[type[BaseModel], str], BaseModel] = {}
        self.province = read_province(_FirstReading(folder, self))

    def load(self, folder: Path) -> Province:
        """The province of a folder, as `load_province` gives it. Raises ConfigurationErrors."""
        return read_province(_LaterReading(folder, self))


class _FirstReading(Reading):
    """Remembers everything."""

    def __init__(self, folder: Path, remembered: RememberedProvince) -> None:
        super().__init__(folder)
        self._remembered = remembered

    def yaml(self, name: str, shape: type, *, required: bool = True) -> Source | None:
        """The content of the file."""
        source = super().yaml(name, shape, required=required)
        assert source is not None
        self._remembered.sources[name] = [source]
        return source

    def json_lines(self, name: str) -> Iterator[Source]:
        """The objects of the file."""
        self._remembered.sources[name] = list(super().json_lines(name))
        return iter(self._remembered.sources[name])

    def validated(self, model: type[M], source: Source) -> M | None:
        """The model."""
        found = super().validated(model, source)
        assert found is not None
        self._remembered.valid[model, _written(source.value)] = found
        return found


class _LaterReading(Reading):
    """Reads the files that are not as in the sound province, and validates the values that it did not have."""

    def __init__(self, folder: Path, remembered: RememberedProvince) -> None:
        super().__init__(folder)
        self._remembered = remembered

    def yaml(self, name: str, shape: type, *, required: bool = True) -> Source | None:
        """The remembered content, or the content as it is now."""
        return (
            self._remembered.sources[name][0] if self._is_known(name) else super().yaml(name, shape, required=required)
        )

    def json_lines(self, name: str) -> Iterator[Source]:
        """The remembered objects, or the objects as they are now."""
        return iter(self._remembered.sources[name]) if self._is_known(name) else super().json_lines(name)

    def validated(self, model: type[M], source: Source) -> M | None:
        """The remembered model of an equal value, or the value validated now."""
        found = self._remembered.valid.get((model, _written(source.value)))
        assert found is None or isinstance(found, model)
        return super().validated(model, source) if found is None else found

    def _is_known(self, name: str) -> bool:
        path = self.folder / name
        return name in self._remembered.sources and path.exists() and path.read_bytes() == self._remembered.files[name]


def _written(value: Any) -> str:
    """The value as validation sees it: 1, 1.0, true and "1" differ. A model inside is known by its identity."""
    return json.dumps(value, default=lambda one: f"model {id(one)}" if isinstance(one, BaseModel) else float(one))
