"""Tests every field of every file of a province with wrong values: each is refused with file, line and fix, or a
dossier can still be played.

The province is small and has lines of the shipped files, so that thousands of mistakes are tried in minutes. What
`load_province` accepts is played from submission to return, with timers, on every channel.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import yaml

from activities.province import ConfigurationErrors, load_province
from activities.province.yaml_reader import read_yaml_text
from domain.dossier.commands import (
    Accept,
    Approve,
    ApproveFee,
    CompleteStep,
    ConfirmPayment,
    ReceiveSupplement,
    RequestPayment,
    RequestSupplement,
    Resolve,
    ReturnResult,
    Sign,
    Submit,
    SubmittedDocument,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import EvaluateTimers, RecordSeal, RecordSignature
from domain.dossier.react import react
from domain.dossier.state import Dossier, NotSubmitted, State
from domain.dossier.viewing import view_of
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel, StepKind
from domain.roles import Actor, Role
from domain.rules.province import Province
from domain.rules.rulebook import Pins, Rulebook
from domain.values import VIETNAM, Hash
from tests.support.given import HasDossier
from tests.support.ninh_binh import FOLDER
from tests.support.remembered_province import RememberedProvince

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
ENGINE = Actor(person="he-thong", role=Role.SYSTEM)
ABSENT = object()

PEOPLE = {
    "posts": [{"code": "P1", "unit": "13366", "role": "specialist", "title": "Chuyên viên", "fields": ["Hộ tịch"]}],
    "appointments": [{"person": "cb.1", "post": "P1", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}],
    "absences": [
        {"person": "cb.1", "began": "2026-11-01T00:00+07:00", "ended": "2026-11-02T00:00+07:00", "ground": "Nghỉ phép"}
    ],
    "services": [
        {
            "code": "kiosk", "name": "Máy tiếp nhận", "roles": ["reception"], "units": ["13366"],
            "procedures": ["1.001193"], "commands": ["submit", "accept"], "for_applicants": True,
            "brings_over": False, "personal_data": False, "events": True,
            "valid_from": "2026-01-01", "valid_to": "2026-12-31", "source": "Quyết định 1",
        }
    ],
    "four_eyes": [
        {"done": ["complete_step"], "then": ["approve"], "procedures": ["1.001193"], "source": "Quyết định 1"}
    ],
    "delegations": [
        {
            "giver": "cb.1", "receiver": "cb.13366.specialist.1", "roles": ["specialist"],
            "began": "2026-11-01T00:00+07:00", "ended": "2026-11-02T00:00+07:00", "source": "Quyết định 1",
        }
    ],
}  # fmt: skip
MANDATE = {
    "code": "uq", "giver": "VPDKDD", "receiver": "13366", "procedures": ["1.012783"], "source": "Quyết định 1/QĐ-UBND",
    "valid_from": "2026-01-01", "valid_to": "2026-12-31",
}  # fmt: skip
PROCEDURES = ("1.001193", "1.012783", "1.004873")
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The C library's, where PyYAML was built with it: ten times as fast."""
UNITS = ("UBNDT", "TTPVHCC", "VPDKDD", "UBNDT-HNM", "TTPVHCC-HNM", "13285", "13366")
RICHER: dict[str, Any] = {
    "counting": {
        "working_day": "civil_code", "hours_are_working": False, "same_day_cutoff": "15:00", "supplement": "restart"
    },
    "payment": {
        "expires_after_hours": 72, "before_processing": True, "poll_after_seconds": 3600, "poll_factor": 4,
        "look_soon_after_seconds": 60, "open_fee_at_most": 10_000_000, "tax_at_most": 0,
    },
    "supplement": {"at_most": 2, "ask_within_working_hours": 24},
    "extension": {
        "at_most": 1, "decided_working_hours_before": 8, "longest_percent": 100, "decided_by": ["head_of_unit"],
        "needs_note": False,
    },
    "field_code": "LV1",
    "effective_to": "2027-12-31",
    "receive_anywhere": True,
}  # fmt: skip
ASSIGNMENT = {
    "policy": "by_hand", "by_hand_units": ["13366"], "by_hand_procedures": ["1.001193"],
    "reassign_absent_after_working_hours": 8, "effort_percent": 5, "least_minutes": 15, "waiting_percent": 25,
    "field_lead_working_hours": 1, "returning_working_hours": 16,
}  # fmt: skip
NOTICES = {
    "channels": ["zalo", "sms"], "reach": "one_channel", "quiet_from": "21:00", "quiet_to": "06:30",
    "quiet_on_days_off": False, "next_channel_after_minutes": 30, "in_doubt_hours": 72,
    "staff_mail_domain": "can-bo.example",
    "staff_mailboxes": [{"recipient": "cb.1", "email": "cb.1@can-bo.example"}],
    "templates": [
        {
            "kind": "supplement_requested", "subject": "Hồ sơ {dossier}", "text": "Hồ sơ {dossier}{asked}.",
            "sms_template": "BS1", "zalo_template": "232001", "zalo_parameters": {"ma": "{dossier}"},
            "mandatory": "Nghị định 1", "urgent": False, "when_out_of_date": "drop",
        }
    ],
}  # fmt: skip
AXIS = {"authorities": [{"unit": "VPDKDD", "organ": "H42.15", "results_of": ["1.001193"]}]}
FEE_CASE = {"code": "ho-ngheo", "legal_basis": "Điều 10 Nghị quyết 1", "fee": 0}


def _yaml(path: str) -> Any:
    return read_yaml_text((FOLDER / path).read_text(encoding="utf-8")).value


def _lines(name: str) -> list[Any]:
    text = (FOLDER / "organisation" / name).read_text(encoding="utf-8")
    return [one for line in text.splitlines() if (one := json.loads(line))["code"] in UNITS]


def small_province() -> dict[str, Any]:
    """The content of a small province, file by file."""
    procedures = [one for path in sorted(FOLDER.glob("procedures/*.yaml")) for one in _yaml(f"procedures/{path.name}")]
    chosen = [one for one in procedures if one["code"] in PROCEDURES]
    land = next(one for one in chosen if one["code"] == "1.012783")
    land |= RICHER
    land["terms"] = [{**terms, "case": 1, "fee": 50_000, "fee_cases": [FEE_CASE]} for terms in land["terms"]]
    land["outside"] = {**land["outside"], "identity_must_match": False}
    files = {
        name: _yaml(name)
        for name in (
            "province.yaml", "escalation.yaml", "green.yaml", "processes.yaml", "policies.yaml",
            "calendars/overrides.yaml",
        )
    }  # fmt: skip
    files |= {f"calendars/{name}": _yaml(f"calendars/{name}") for name in ("ninh-binh.yaml", "ninh-binh-saturday.yaml")}
    files |= {f"calendars/base/{year}.yaml": _yaml(f"calendars/base/{year}.yaml") for year in range(2024, 2029)}
    files["province.yaml"] |= {"assignment": ASSIGNMENT, "documents": AXIS}
    files["notices.yaml"] = NOTICES
    for policy in files["green.yaml"].values():
        policy |= {"applies_to": "total", "legal_minimum_minutes": 60}
    files["people.yaml"] = {**_yaml("people.yaml"), **PEOPLE}
    files["organisation/mandates.yaml"] = [MANDATE]
    files["organisation/units.jsonl"] = [
        *_lines("provincial.jsonl"), *_lines("communes.jsonl"), *_lines("former-communes.jsonl")
    ]  # fmt: skip
    divided = next(one for one in files["organisation/units.jsonl"] if "successors" in one)
    divided["successors"] = [{**one, "areas": ["Thôn Đông"]} for one in divided["successors"]]
    files["procedures/chosen.yaml"] = [*chosen, _a_group(chosen)]
    return files


def _a_group(chosen: list[dict[str, Any]]) -> dict[str, Any]:
    """An interconnected procedure of two of them, with every field of a child."""
    birth, other = (next(one for one in chosen if one["code"] == code) for code in ("1.001193", "1.004873"))
    documents = {one["code"]: one for one in (*birth["documents"], *other["documents"])}
    second = {
        "code": "second",
        "procedure": other["code"],
        "needs_result_of": ["first"],
        "starts_after": ["first"],
        "limit": {"amount": 3, "unit": "working_day"},
        "fee": 0,
        "on_refused": "end_all",
        "on_withdrawn": "end_all",
        "on_stopped": "end_all",
        "on_late": "start_followers",
    }
    first = {"code": "first", "procedure": birth["code"]}
    whole = {"code": "2.000001", "documents": list(documents.values()), "children": [first, second]}
    return {**birth, **whole}


SMALL = small_province()
FEW = ("calendars/base/2024.yaml", "calendars/base/2025.yaml", "calendars/base/2027.yaml", "calendars/base/2028.yaml")
"""It has the same shape as 2026, so it is not changed."""


def text_of(name: str, content: Any) -> str:
    """A file as a person writes it."""
    if name.endswith(".jsonl"):
        return "".join(json.dumps(one, ensure_ascii=False, default=float) + "\n" for one in content)
    parts: list[Any] = [content]
    if content and isinstance(content, dict):
        parts = [{key: inside} for key, inside in content.items()]
    elif content and isinstance(content, list):
        parts = [[inside] for inside in content]
    return "".join(_yaml_text(json.dumps(part, default=float)) for part in parts)


@lru_cache(maxsize=1_000)
def _yaml_text(part: str) -> str:
    """Most parts of a file are as they were in its last text."""
    return str(yaml.dump(json.loads(part), Dumper=DUMPER, allow_unicode=True, sort_keys=False))


SOUND = {name: text_of(name, content) for name, content in SMALL.items()}
"""The files of the small province as texts."""


@dataclass(frozen=True)
class Place:
    """The place of a value: the file, and the keys that lead to it."""

    file: str
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.file}:{'.'.join(map(str, self.path))}"


def places() -> Iterator[Place]:
    """Every field once: of a list, only the elements with a field that no earlier element has."""
    for file, content in SMALL.items():
        if file not in FEW:
            yield from (Place(file, path) for path in _paths(content, (), set(), ()))


def _paths(value: Any, path: tuple[str | int, ...], seen: set[Any], shape: tuple[Any, ...]) -> Iterator[Any]:
    if path and shape not in seen:
        seen.add(shape)
        yield path
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _paths(inside, (*path, key), seen, (*shape, key))
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from _paths(inside, (*path, place), seen, (*shape, "*"))


NO_TEXT = "không-có"
HIDDEN = "a\x1bb"
WORST: tuple[Any, ...] = (None, NO_TEXT, HIDDEN, {"x": 1})
WORST_OF: dict[type, tuple[Any, ...]] = {
    str: ("", 1, "x" * 5_000),
    bool: (True, 1),
    int: (1, -1, 0, 10**15, 20260101),
    list: ([], ["x"]),
    dict: ({}, 1),
}
"""More wrong values, by the kind of the sound one. Others ("-1", "yes", 1.5, True, a line break) are refused as one of
these is: with the same problems at the same lines, in all 430 fields."""
WORST_WORDS: tuple[Any, ...] = (
    True, "-1", "yes", "0001-01-01", "9999-12-31", "2026-02-30", "1900-01-01", "2150-01-01", "00:00", "23:59",
    "15:00:30",
)  # fmt: skip
"""They are tried where the sound value is one word: a code, a day, a time or a choice."""


def mutations(value: Any) -> Iterator[tuple[str, Any]]:
    """The wrong values for a place, by name."""
    yield "absent", ABSENT
    kind = int if isinstance(value, Decimal) else type(value)
    is_word = isinstance(value, str) and value.isascii() and " " not in value
    for worst in (*WORST, *WORST_OF[kind], *(WORST_WORDS if is_word else ())):
        if worst != value or type(worst) is not type(value):
            yield repr(worst)[:20], worst
    if isinstance(value, list) and value:
        yield "an element twice", [*value, value[0]]
        yield "the other way round", value[::-1]
    if isinstance(value, dict):
        yield "a field too many", {**value, "thừa": 1}


def changed(content: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The content with another value at one place."""
    first, *rest = path
    copy: Any = dict(content) if isinstance(content, dict) else list(content)
    if rest:
        copy[first] = changed(copy[first], tuple(rest), value)
    elif value is ABSENT:
        del copy[first]
    else:
        copy[first] = value
    return copy


def at(content: Any, path: tuple[str | int, ...]) -> Any:
    """The value at a place."""
    for key in path:
        content = content[key]
    return content


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province on disk."""
    return written(tmp_path_factory.mktemp("province"))


def written(folder: Path) -> Path:
    """The folder, with the files of the small province in it."""
    for name, text in SOUND.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def remembered(folder: Path) -> RememberedProvince:
    """The small province as it was read before a value is changed."""
    return RememberedProvince(folder)


def test_the_small_province_is_sound(folder: Path, remembered: RememberedProvince) -> None:
    """The small province is right before a value is changed, and the same where most of it is remembered."""
    province = load_province(folder)
    assert remembered.load(folder) == remembered.province == province
    assert len(list(lives(province))) >= 8
    play_all(province)


def test_the_pieces_of_a_file_are_its_text() -> None:
    """A file that is put together from the texts of its parts is the file as it is written in one piece."""
    for name, content in SMALL.items():
        if name.endswith(".yaml"):
            assert SOUND[name] == str(
                yaml.dump(
                    json.loads(json.dumps(content, default=float)), Dumper=DUMPER, allow_unicode=True, sort_keys=False
                )
            )


@pytest.mark.slow
@pytest.mark.parametrize("place", list(places()), ids=str)
def test_a_field_at_its_worst_is_refused_or_harmless(
    folder: Path, remembered: RememberedProvince, place: Place
) -> None:
    """Every problem has a file, a line in it, a code and two sentences; what is accepted can be played."""
    file, sound = folder / place.file, SMALL[place.file]
    failures = []
    try:
        for name, value in mutations(at(sound, place.path)):
            file.write_text(text_of(place.file, changed(sound, place.path, value)), encoding="utf-8")
            failures += [f"{name}: {told}" for told in _failures(folder, remembered)]
    finally:
        file.write_text(SOUND[place.file], encoding="utf-8")
    assert failures == []


def _failures(folder: Path, remembered: RememberedProvince) -> Iterator[str]:
    """What is wrong with the reaction to a mistake; empty when it was refused well or does no harm."""
    try:
        province = remembered.load(folder)
    except ConfigurationErrors as refused:
        for one in refused.problems:
            lines = (
                (folder / one.file).read_text(encoding="utf-8").count("\n") + 1 if (folder / one.file).exists() else 1
            )
            if not (1 <= one.line <= lines and one.message.vi and one.message.en):
                yield f"badly told: {one}"
        return
    except Exception as crash:
        yield f"crash: {type(crash).__name__}: {crash}"
        return
    try:
        play_all(province, {published.hash for published in remembered.province.procedures})
    except Exception as crash:
        yield f"accepted, and a dossier fails: {type(crash).__name__}: {crash}"


class Life(NamedTuple):
    """All that a dossier's life depends on: which rules it pins (their hashes), and how it is filed."""

    pins: Pins
    procedure: str
    channel: Channel
    case: int
    desk: str


def lives(province: Province) -> Iterator[Life]:
    """One for each channel and case of every procedure in effect."""
    for published in province.procedures:
        if published.accepts(NOW.date()):
            code = published.procedure.code
            desk = "13285" if province.published(code, NOW.date()).procedure.receive_anywhere else "13366"
            pins = province.pins_for(code, NOW.date(), desk)
            for terms in published.procedure.terms:
                yield Life(pins, code, terms.channel, terms.case, desk)


_played: set[Life] = set()
"""Lives that went well. Where a mistake changes none of the rules that a life pins, it would be the same again."""


def play_all(province: Province, sound: Collection[Hash] = ()) -> None:
    """Plays each life that no sound province had before.

    Of a procedure that the mistake left as it is (`sound`), one channel is played: what it changed is a rule of all.
    """
    rulebook, of_all = province.rulebook(), set[Hash]()
    for life in lives(province):
        procedure = life.pins.procedure
        if life not in _played and procedure not in of_all:
            Playing(rulebook, life).to_the_end()
            _played.add(life)
            if procedure in sound:
                of_all.add(procedure)


class Playing(HasDossier):
    """One dossier from submission to return."""

    def __init__(self, rulebook: Rulebook, life: Life) -> None:
        pins, procedure, channel, case, self.desk = life
        self.rulebook = rulebook
        self.now = NOW
        self.standing = NotSubmitted("H42.101-261120-0001")
        known = rulebook.procedure(pins.procedure)
        papers = tuple(SubmittedDocument(code=one.code) for one in known.documents)
        matter = Matter(territory="13366") if known.territory != "anywhere" else Matter()
        citizen = Actor(person="cd.1", role=Role.APPLICANT)
        self.act(citizen, Submit(
            procedure=procedure, pins=pins, channel=channel, case=case, received_by=self.desk, matter=matter,
            applicant="a" * 64, documents=papers,
        ))  # fmt: skip

    @property
    def rules(self) -> Rules:
        """The rules of the dossier."""
        return Rules.pinned(self.dossier.pins, self.rulebook)

    def act(self, actor: Actor, command: Any) -> None:
        """Decides a command and makes the read models, as workflow and ledger do."""
        act = Act(command_id=uuid4(), actor=actor, command=command)
        events = decide(self.standing, act, Context(now=self.now, actor=actor, rulebook=self.rulebook))
        self.dossier = evolve_all(self.standing, events)
        view_of(self.dossier, self.rulebook).model_dump_json()

    def officer(self, role: Role) -> Actor:
        """A person of the unit that handles the dossier."""
        return Actor(
            person="cb.1",
            role=role,
            unit=self.dossier.routing.responsible or self.dossier.routing.competent or self.desk,
        )

    def to_the_end(self) -> Dossier:
        """Does every step, requests and receives a supplement, fires every timer, and returns the result."""
        desk = Actor(person="cb.2", role=Role.RECEPTION, unit=self.desk)
        terms = self.rules.procedure.terms_for(self.dossier.intake.channel, self.dossier.intake.case)
        stated = {} if terms and terms.fee is not None else {"fee": 0, "legal_basis": "Điều 5"}
        self.act(desk, Accept(**stated))
        if stated:
            second = Actor(person="cb.4", role=Role.HEAD_OF_UNIT, unit=self.dossier.routing.competent or self.desk)
            self.act(second, ApproveFee(amount=0))
        self._pay()
        if self.rules.procedure.children:  # its work is done in the dossiers of its children
            self.ring(20)
            return self.dossier
        while self.dossier.routing.competent and (step := self.dossier.processing.step):
            self._step(self.rules.step(step).kind, step)
            self.ring(8)
        if self.dossier.state is State.PROCESSING and not self.dossier.processing.step:
            self._ask_the_fee()
            self.act(self.officer(Role.SPECIALIST), Resolve(result_number="1/KQ"))
        self.ring(20)
        if self.dossier.state is State.RESOLVED:
            self.act(desk, ReturnResult())
        return self.dossier

    def _ask_the_fee(self) -> None:
        """Decides and pays, before the result, a fee that was not requested at intake or not published."""
        if self.dossier.fees.fee and not self.dossier.payment.attempt:
            self.act(self.officer(Role.SPECIALIST), RequestPayment(amount=self.dossier.fees.fee))
            self._pay()

    def _pay(self) -> None:
        if self.dossier.state is State.PAYMENT_REQUESTED:
            cashier = Actor(person="cb.3", role=Role.CASHIER, unit=self.desk)
            self.act(cashier, ConfirmPayment(amount=self.dossier.payment.amount, voucher="BL/1"))

    def _step(self, kind: StepKind, step: str) -> None:
        if kind is StepKind.SIGN:
            self._ask_the_fee()
            self.act(self.officer(Role.SIGNATORY), Sign(document="d" * 64, result_number="1/KQ"))
            self.act(ENGINE, RecordSignature(effect="sign/1", certificate="c", signature="s", signed_at=self.now))
            self.act(ENGINE, RecordSeal(effect="seal/1", certificate="c", signature="s"))
            return
        role = self.rules.step(step).role
        command = Approve(step=step) if kind is StepKind.APPROVE else CompleteStep(step=step)
        self.act(self.officer(role), command)
        policy = self.rules.procedure.supplement
        if (
            not self.dossier.processing.supplements
            and policy.at_most
            and self.rules.procedure.documents
            and self._in_time()
        ):
            self._supplement()

    def _in_time(self) -> bool:
        return self.dossier.state is State.PROCESSING and self.now - NOW < timedelta(hours=1)

    def _supplement(self) -> None:
        paper = self.rules.procedure.documents[0].code
        self.act(self.officer(Role.SPECIALIST), RequestSupplement(documents=(paper,), legal_basis="Điều 9"))
        self.now += timedelta(hours=2)
        brought = ReceiveSupplement(documents=(SubmittedDocument(code=paper),))
        self.act(Actor(person="cd.1", role=Role.APPLICANT), brought)

    def ring(self, times: int) -> None:
        """Fires every timer that the dossier waits for."""
        for _ in range(times):
            wake_up = react(self.dossier, self.rules).wake_up
            if wake_up is None or wake_up > NOW + timedelta(days=600):
                return
            before = self.dossier.version
            self.now = max(self.now, wake_up)
            self.act(ENGINE, EvaluateTimers())
            if self.dossier.version == before:
                return
