"""Makes the fields of a form from the model of a body, so that a new command or field needs no form of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.dossier.commands import SubmittedDocument
from domain.values import Bilingual
from gateway.dossiers.bodies import ActingAs
from gateway.dossiers.forms.fields import FieldKind, FormField, Option
from gateway.dossiers.forms.words import ENUMERATIONS, HINTS, LABELS, NO, YES, found

Options = Mapping[str, tuple[Option, ...]]
"""What may be chosen in a field, by its own name or by its whole place."""
SET_BY_THE_SYSTEM = frozenset({"correction.applicant.value", "correction.applicant.changed"})
MANY = 25
"""With more options, people type letters instead of going through a list."""
BY_LETTERS = ("territory", "unit", "assisted_by")
"""A province has so many of these that they are always typed."""
WITH_LINES = ("note",)
"""The only texts that may have several lines (`require_seen`)."""
ON_EVERY_FORM = ("note", "acting_as")
"""These stand last."""
NOT_TEXT: tuple[tuple[type, FieldKind], ...] = (
    (bool, FieldKind.CHECKBOX),
    (int, FieldKind.NUMBER),
    (datetime, FieldKind.INSTANT),
    (date, FieldKind.DAY),
)
"""The kinds by type; a `datetime` is a `date` too, and a `bool` an `int`."""
MONEY = ("amount", "fee")


def described(kind: str, body: type[BaseModel], options: Options) -> tuple[FormField, ...]:
    """The fields of the form of a command, those that every form has last."""
    describer = _Describer(kind, options)
    fields = tuple(sorted(describer.of_model(body, (), ()), key=lambda field: field.name in ON_EVERY_FORM))
    return _with_new_particulars(fields)


def _with_new_particulars(fields: tuple[FormField, ...]) -> tuple[FormField, ...]:
    """The new particulars of a correction stand beside it in the body; on the form they stand in their variant."""
    beside = {field.name: field for field in fields}
    variants, particulars = beside.get("correction"), beside.get("applicant")
    if variants is None or particulars is None:
        return fields
    groups = tuple(
        group.model_copy(update={"fields": (*group.fields, particulars)}) if group.tag == "applicant" else group
        for group in variants.fields
    )
    return tuple(
        field.model_copy(update={"fields": groups}) if field is variants else field
        for field in fields
        if field is not particulars
    )


@dataclass(frozen=True)
class _Type:
    """The type of a field without what may be around it."""

    of: Any
    longest: int | None = None
    pattern: str | None = None


def _plain(annotation: Any, metadata: list[Any]) -> _Type:
    """The type inside `X | None` and `Annotated[X, …]`, with its bounds."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _plain(inner, [*metadata, *more])
    if origin in (Union, UnionType):
        some = [one for one in get_args(annotation) if one is not NoneType]
        if len(some) == 1:
            return _plain(some[0], metadata)
    bounds = [getattr(one, "max_length", None) for one in metadata]
    patterns = [getattr(one, "pattern", None) for one in metadata]
    return _Type(annotation, next(filter(None, bounds), None), next(filter(None, patterns), None))


@dataclass(frozen=True)
class _Describer:
    kind: str
    options: Options

    def of_model(
        self, model: type[BaseModel], place: tuple[str, ...], path: tuple[str, ...], without: str = ""
    ) -> Iterator[FormField]:
        """The fields of a model. `without`: the one that tells a variant, which is chosen elsewhere."""
        for name, info in model.model_fields.items():
            if name != without and ".".join((*place, name)) not in SET_BY_THE_SYSTEM:
                field = self._field((*place, name), (*path, name), info)
                if field is not None:
                    yield field

    def _field(self, place: tuple[str, ...], path: tuple[str, ...], info: FieldInfo) -> FormField | None:
        plain = _plain(info.annotation, info.metadata)
        base = FormField(
            place=place, path=path, kind=FieldKind.TEXT, label=self._label(place),
            hint=found(HINTS, self.kind, place), required=info.is_required(), longest=plain.longest,
        )  # fmt: skip
        if plain.of is ActingAs:
            return self._capacity(base)
        if isinstance(plain.of, type) and issubclass(plain.of, BaseModel):
            return _with(base, kind=FieldKind.GROUP, fields=tuple(self.of_model(plain.of, place, path)))
        if get_origin(plain.of) in (Union, UnionType):
            return self._variants(base, get_args(plain.of), str(info.discriminator))
        if get_origin(plain.of) is tuple:
            of_documents = _plain(get_args(plain.of)[0], []).of is SubmittedDocument
            kind = FieldKind.DOCUMENTS if of_documents else FieldKind.SEVERAL
            return _with(base, kind=kind, options=self._given(place) or (), longest=None)
        return self._single(base, plain)

    def _label(self, place: tuple[str, ...]) -> Bilingual:
        label = found(LABELS, self.kind, place)
        if label is None:
            raise KeyError(f"the field {'.'.join(place)} has no label in LABELS")
        return label

    def _given(self, place: tuple[str, ...]) -> tuple[Option, ...] | None:
        return found(self.options, self.kind, place)

    def _capacity(self, base: FormField) -> FormField | None:
        """Who has one capacity only is not asked."""
        options = self._given(base.place) or ()
        return _with(base, kind=FieldKind.CAPACITY, options=options) if len(options) > 1 else None

    def _variants(self, base: FormField, models: tuple[Any, ...], selector: str) -> FormField:
        groups = tuple(self._variant(base, model, selector) for model in models)
        options = tuple(Option(value=group.tag, words=group.label) for group in groups)
        return _with(base, kind=FieldKind.VARIANTS, fields=groups, options=options, selector=selector)

    def _variant(self, base: FormField, model: type[BaseModel], selector: str) -> FormField:
        tag = str(model.model_fields[selector].default)
        place = (*base.place, tag)
        fields = tuple(self.of_model(model, place, base.path, without=selector))
        return FormField(
            place=place, path=base.path, kind=FieldKind.GROUP, label=self._label(place), required=True,
            fields=fields, tag=tag,
        )  # fmt: skip

    def _single(self, base: FormField, plain: _Type) -> FormField:
        """A field with one value. A number of dong is told by its name, because its type is only a number."""
        numeric = plain.of is int
        given = self._given(base.place)
        if isinstance(plain.of, type) and issubclass(plain.of, StrEnum):
            words = ENUMERATIONS[plain.of]
            given = tuple(Option(value=one.value, words=words[one.value]) for one in plain.of)
        if given is not None:
            typed = len(given) > MANY or base.place[-1] in BY_LETTERS
            kind = FieldKind.SUGGESTED if typed else FieldKind.CHOICE
            return _with(base, kind=kind, options=given, numeric=numeric)
        if plain.of is bool and base.required:
            answers = (Option(value="true", words=YES), Option(value="false", words=NO))
            return _with(base, kind=FieldKind.YES_NO, options=answers)
        if numeric and base.place[-1] in MONEY:
            return _with(base, kind=FieldKind.MONEY)
        if base.place[-1] in WITH_LINES:
            return _with(base, kind=FieldKind.LONG_TEXT)
        return _with(base, kind=_kind_of(plain))


def _kind_of(plain: _Type) -> FieldKind:
    kind = next((kind for type_, kind in NOT_TEXT if plain.of is type_), None)
    if kind is not None:
        return kind
    return FieldKind.FILE_HASH if plain.pattern == "^[0-9a-f]{64}$" else FieldKind.TEXT


def _with(field: FormField, **changes: Any) -> FormField:
    return field.model_copy(update=changes)
