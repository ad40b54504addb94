"""Rules are values named by the hash of their content. A dossier pins the hashes of the rules it was accepted under.

So no rule is copied into a history, no rule of an open dossier can change, and a replay finds the same rules as before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from pydantic import Field, ValidationError

from domain.canonical_json import canonical_text
from domain.deadlines.calendar import WorkingCalendar
from domain.errors import Conflict, NotFound
from domain.messages.rules import RulesRefusal
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Procedure
from domain.rules.escalation import EscalationPolicy
from domain.values import Bilingual, Code, Hash, Value


def rule_text(value: Value) -> str:
    """The canonical text of a rule. Its hash is the rule's name."""
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
        """The name for people."""
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


class ChildPin(Value):
    """The version of the procedure of one child of an interconnected group."""

    child: Code
    procedure: Hash


class Pins(Value):
    """The rules a dossier was accepted under, by hash."""

    procedure: Hash
    calendar: Hash
    organisation: Hash
    escalation: Hash
    children: tuple[ChildPin, ...] = Field(default=(), exclude_if=lambda children: children == ())
    """The versions of the children's procedures, if the procedure has children."""

    def with_calendar(self, calendar: Hash) -> Pins:
        """The same pins with another calendar."""
        return self.model_copy(update={"calendar": calendar})

    def with_organisation(self, organisation: Hash) -> Pins:
        """The same pins with another organisation."""
        return self.model_copy(update={"organisation": organisation})

    def with_versions(self, procedure: Hash, escalation: Hash) -> Pins:
        """The same pins with other versions of the procedure and the ladder."""
        return self.model_copy(update={"procedure": procedure, "escalation": escalation})

    def of_child(self, procedure: Hash) -> Pins:
        """The pins of the dossier of a child: its own procedure, and everything else as the parent has it."""
        return self.model_copy(update={"procedure": procedure, "children": ()})


class StoredRule(Value):
    """A rule as text. The store keeps every rule that open dossiers pin, also when the configuration has changed."""

    kind: RuleKind
    hash: Hash
    text: str


@dataclass(frozen=True)
class Rulebook:
    """Every rule that a worker has loaded, by hash. It never changes: `adding` returns a larger one."""

    _rules: Mapping[tuple[RuleKind, Hash], Rule] = field(default_factory=dict)
    unreadable: frozenset[Hash] = frozenset()
    """Stored rules that this release cannot read. A dossier that pins one waits (`unknown_rule`); all others go on."""

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
        """Every calendar, of every desk and version."""
        return tuple(rule for rule in self._rules.values() if isinstance(rule, WorkingCalendar))

    def find_calendar(self, pinned: Hash) -> WorkingCalendar | None:
        """The calendar with this hash; None where it is not here."""
        rule = self._rules.get((RuleKind.CALENDAR, pinned))
        return rule if isinstance(rule, WorkingCalendar) else None

    def knows(self, pins: Pins, calendars: Iterable[Hash] = ()) -> bool:
        """True when every pinned rule is here, and each of the calendars."""
        pinned = all((kind, getattr(pins, kind.value)) in self._rules for kind in RuleKind)
        children = all((RuleKind.PROCEDURE, child.procedure) in self._rules for child in pins.children)
        return pinned and children and all((RuleKind.CALENDAR, calendar) in self._rules for calendar in calendars)

    def __len__(self) -> int:
        """How many rules are here."""
        return len(self._rules)

    def stored(self) -> Iterator[StoredRule]:
        """Every rule as text, to be kept for as long as a dossier pins it."""
        for (kind, pinned), rule in self._rules.items():
            yield StoredRule(kind=kind, hash=pinned, text=rule_text(rule))

    def adding(self, *stored: StoredRule) -> Rulebook:
        """This rulebook with the stored rules added. A rule keeps the hash of the text with which it was published.

        The hash of a rule that this release cannot read goes to `unreadable`, and the other rules are still added.
        Conflict: rule_tampered, when a text does not have its hash.
        """
        rules, unreadable = dict(self._rules), set(self.unreadable)
        for rule in stored:
            if hash_of_text(rule.text) != rule.hash:
                raise Conflict(RulesRefusal.RULE_TAMPERED, kind=rule.kind, hash=rule.hash)
            if (rule.kind, rule.hash) not in rules:
                try:
                    rules[rule.kind, rule.hash] = _TYPE_OF[rule.kind].model_validate_json(rule.text)
                except ValidationError:
                    unreadable.add(rule.hash)
        return Rulebook(rules, frozenset(unreadable))

    def _get(self, kind: RuleKind, pinned: Hash, type_: type[R]) -> R:
        rule = self._rules.get((kind, pinned))
        if not isinstance(rule, type_):
            raise NotFound(RulesRefusal.UNKNOWN_RULE, kind=kind, hash=pinned)
        return rule


def kind_of(rule: Rule) -> RuleKind:
    """The kind of a rule."""
    return next(kind for kind, type_ in _TYPE_OF.items() if isinstance(rule, type_))
