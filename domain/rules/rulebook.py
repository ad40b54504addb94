"""Rules are values named by the hash of their content; a dossier pins the hashes it was accepted under.

So no rule is copied into a history, none can change under an open case, and a replay finds what it found before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from domain.canonical_json import canonical_text
from domain.deadlines.calendar import WorkingCalendar
from domain.errors import Conflict, NotFound
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Procedure
from domain.rules.escalation import EscalationPolicy
from domain.values import Bilingual, Hash, Value


def rule_text(value: Value) -> str:
    """The text of a rule, by whose hash it is named."""
    return canonical_text(value.model_dump(mode="json"))


def hash_of_text(text: str) -> Hash:
    """SHA-256 of a canonical text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(value: Value) -> Hash:
    """The name of a rule: the SHA-256 of its canonical text."""
    return hash_of_text(rule_text(value))


class RuleKind(StrEnum):
    """The kinds of rule that a dossier pins."""

    PROCEDURE = "procedure"
    CALENDAR = "calendar"
    ORGANISATION = "organisation"
    ESCALATION = "escalation"

    @property
    def words(self) -> Bilingual:
        """What people call it."""
        return _WORDS[self]


_WORDS = {
    RuleKind.PROCEDURE: Bilingual(vi="thủ tục", en="procedure"),
    RuleKind.CALENDAR: Bilingual(vi="lịch làm việc", en="calendar"),
    RuleKind.ORGANISATION: Bilingual(vi="tổ chức các đơn vị", en="organisation"),
    RuleKind.ESCALATION: Bilingual(vi="bậc leo thang", en="escalation ladder"),
}

Rule = Procedure | WorkingCalendar | Organisation | EscalationPolicy
R = TypeVar("R", Procedure, WorkingCalendar, Organisation, EscalationPolicy)

_TYPE_OF: Mapping[RuleKind, type[Rule]] = MappingProxyType(
    {
        RuleKind.PROCEDURE: Procedure,
        RuleKind.CALENDAR: WorkingCalendar,
        RuleKind.ORGANISATION: Organisation,
        RuleKind.ESCALATION: EscalationPolicy,
    }
)


class Pins(Value):
    """The rules a dossier was accepted under, by hash."""

    procedure: Hash
    calendar: Hash
    organisation: Hash
    escalation: Hash

    def with_calendar(self, calendar: Hash) -> Pins:
        """Under another calendar."""
        return Pins(
            procedure=self.procedure, calendar=calendar, organisation=self.organisation, escalation=self.escalation
        )

    def with_organisation(self, organisation: Hash) -> Pins:
        """Under another organisation."""
        return Pins(
            procedure=self.procedure, calendar=self.calendar, organisation=organisation, escalation=self.escalation
        )


class StoredRule(Value):
    """A rule as text, for the store that keeps what open dossiers pin when the configuration has moved on."""

    kind: RuleKind
    hash: Hash
    text: str


@dataclass(frozen=True)
class Rulebook:
    """Every rule a worker knows, by hash. Never changed: `adding` gives a larger one."""

    _rules: Mapping[tuple[RuleKind, Hash], Rule] = field(default_factory=dict)
    unreadable: frozenset[Hash] = frozenset()
    """Stored rules that this release cannot read: a dossier that pins one waits (`unknown_rule`), all others go on."""

    @classmethod
    def of(cls, *rules: Rule) -> Rulebook:
        """The rulebook of these rules."""
        return cls({(kind_of(rule), content_hash(rule)): rule for rule in rules})

    def procedure(self, pinned: Hash) -> Procedure:
        """The procedure with this hash. NotFound: unknown_rule."""
        return self._get(RuleKind.PROCEDURE, pinned, Procedure)

    def calendar(self, pinned: Hash) -> WorkingCalendar:
        """The calendar with this hash. NotFound: unknown_rule."""
        return self._get(RuleKind.CALENDAR, pinned, WorkingCalendar)

    def organisation(self, pinned: Hash) -> Organisation:
        """The organisation with this hash. NotFound: unknown_rule."""
        return self._get(RuleKind.ORGANISATION, pinned, Organisation)

    def escalation(self, pinned: Hash) -> EscalationPolicy:
        """The escalation policy with this hash. NotFound: unknown_rule."""
        return self._get(RuleKind.ESCALATION, pinned, EscalationPolicy)

    def calendars(self) -> tuple[WorkingCalendar, ...]:
        """Every calendar, whatever desk and version."""
        return tuple(rule for rule in self._rules.values() if isinstance(rule, WorkingCalendar))

    def knows(self, pins: Pins) -> bool:
        """True when every pinned rule is here."""
        return all((kind, getattr(pins, kind.value)) in self._rules for kind in RuleKind)

    def stored(self) -> Iterator[StoredRule]:
        """Every rule as text, to be kept for as long as a dossier pins it."""
        for (kind, pinned), rule in self._rules.items():
            yield StoredRule(kind=kind, hash=pinned, text=rule_text(rule))

    def adding(self, *stored: StoredRule) -> Rulebook:
        """This rulebook and the stored rules. A rule keeps the hash of the text it was published as.

        One that this release cannot read is set aside in `unreadable` and never stops the rest. Conflict:
        rule_tampered, when a text does not have its hash.
        """
        rules, unreadable = dict(self._rules), set(self.unreadable)
        for one in stored:
            if hash_of_text(one.text) != one.hash:
                raise Conflict("rule_tampered", kind=one.kind, hash=one.hash)
            if (one.kind, one.hash) not in rules:
                try:
                    rules[one.kind, one.hash] = _TYPE_OF[one.kind].model_validate_json(one.text)
                except ValidationError:
                    unreadable.add(one.hash)
        return Rulebook(rules, frozenset(unreadable))

    def _get(self, kind: RuleKind, pinned: Hash, type_: type[R]) -> R:
        rule = self._rules.get((kind, pinned))
        if not isinstance(rule, type_):
            raise NotFound("unknown_rule", kind=kind, hash=pinned)
        return rule


def kind_of(rule: Rule) -> RuleKind:
    """What kind of rule a value is."""
    return next(kind for kind, type_ in _TYPE_OF.items() if isinstance(rule, type_))
