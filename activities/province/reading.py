"""Reads a province's folder, collects the problems, and remembers the file and line of each subject."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from activities.province.files import read_json_lines, read_yaml
from activities.province.problems import ConfigurationProblem, of_inconsistency, of_validation, problem
from activities.province.source import Source
from domain.inconsistency import Inconsistent
from domain.messages.coded import CodedSentence
from domain.messages.configuration import ConfigurationFault
from domain.values import FROM_OUTSIDE

M = TypeVar("M", bound=BaseModel)

_SHAPES: dict[type, str] = {dict: "một mục có khóa / a mapping", list: "một danh sách / a list"}

# The facts that name the subject of a problem about the whole, the most specific first.
_SUBJECTS = ("mandate", "post", "person", "service", "four_eyes", "unit", "calendar", "escalation", "province")


def strictly(model: type[M], value: Any) -> M:
    """Validates a value of a file as strictly as JSON: `true` is not a number, 1 not a boolean, a number not a time.

    A shared part that replaced its name is a model already.
    """
    text = json.dumps(value, ensure_ascii=False, default=_as_json).encode("utf-8", "replace")
    return model.model_validate_json(text, strict=True, context=FROM_OUTSIDE)


def _as_json(value: Any) -> Any:
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case Decimal():
            return float(value)
        case _:
            raise TypeError(f"{type(value).__name__} is nothing that a file holds")


class Reading:
    """Reads the files of one folder. It raises nothing: it collects the problems and goes on."""

    def __init__(self, folder: Path, instead: Mapping[str, Path] = MappingProxyType({})) -> None:
        """`instead`: other files that are read in the place of some of the folder's."""
        self.folder = folder
        self._instead = instead
        self.problems: list[ConfigurationProblem] = []
        self._marks: dict[tuple[str, ...], tuple[str, int]] = {}

    def yaml(self, name: str, shape: type, *, required: bool = True) -> Source | None:
        """A YAML file whose content is of type `shape`. Returns None when it is wrong, and notes the problem.

        A file that is not required may be missing or hold only comments. Then the value is an empty `shape`.
        """
        file = self._instead.get(name, self.folder / name)
        folder, inside = (file.parent, file.name) if name in self._instead else (self.folder, name)
        source = read_yaml(folder, inside, self.problems, required=required)
        if source is None:
            return None
        return replace(source, value=shape()) if source.value is None else self.shaped(source, shape)

    def shaped(self, source: Source, shape: type) -> Source | None:
        """The source if its value is of type `shape`. Otherwise notes the problem and returns None."""
        if isinstance(source.value, shape):
            return source
        self.tell(ConfigurationFault.WRONG_SHAPE, source.file, source.line(), expected=_SHAPES[shape])
        return None

    def json_lines(self, name: str) -> Iterator[Source]:
        """The objects of a file of JSON lines."""
        for source in read_json_lines(self.folder, name, self.problems):
            shaped = self.shaped(source, dict)
            if shaped is not None:
                yield shaped

    def names(self, pattern: str) -> list[str]:
        """The files that match, relative to the folder, in order."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.glob(pattern))

    def validated(self, model: type[M], source: Source) -> M | None:
        """The value of a source as a model. Returns None when it is wrong, and notes the problems."""
        try:
            return strictly(model, source.value)
        except ValidationError as error:
            self.problems.extend(of_validation(error, source))
            return None

    def tell(self, code: CodedSentence, file: str, line: int, **facts: object) -> None:
        """Notes a problem."""
        self.problems.append(problem(code, file, line, **facts))

    def tell_duplicate(self, source: Source, code: str, first: tuple[str, int]) -> None:
        """Notes that a code is used again. `first`: file and line of its first use."""
        other = f"{first[0]}:{first[1]}"
        self.tell(ConfigurationFault.DUPLICATE_CODE, source.file, source.line(), value=code, other=other)

    def mark(self, source: Source, *subject: object) -> None:
        """Remembers the place of a subject, which is its kind and then its key of one or two parts."""
        self._marks.setdefault(tuple(str(part) for part in subject), (source.file, source.line()))

    def where(self, *subject: object) -> tuple[str, int] | None:
        """The file and line of a subject; None when it was not marked."""
        return self._marks.get(tuple(str(part) for part in subject))

    def tell_inconsistencies(self, found: Iterable[Inconsistent]) -> None:
        """Notes problems about the whole province, each at the line of its subject."""
        for error in found:
            file, line = self._line_of(error)
            self.problems.append(of_inconsistency(error, file, line))

    def _line_of(self, error: Inconsistent) -> tuple[str, int]:
        facts = error.facts
        if "procedure" in facts and "version" in facts:
            subject = (facts["procedure"], facts["version"])
            found = self.where("child", *subject, facts.get("child")) or self.where("procedure", *subject)
            if found:
                return found
        for kind in ("rung", "council"):
            found = self.where(kind, facts.get("escalation"), facts.get(kind))
            if found:
                return found
        for kind in _SUBJECTS:
            if kind in facts:
                found = self.where(kind, facts[kind], facts.get("valid_from", "")) or self.where(kind, facts[kind])
                if found:
                    return found
        return ("province.yaml", 1)
