"""Tests of the province as configuration: the shipped folder is right, and each mistake is reported with file, line
and fix."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from activities.province import ConfigurationErrors, ConfigurationProblem, load_province
from activities.province.catalogue_import import stored_catalogue
from domain.deadlines.limits import Limit, LimitUnit, WhichClock
from domain.organisation.units import UnitLevel
from domain.procedures.catalogue import differences
from domain.procedures.critical_path import plan_of
from domain.procedures.procedure import Channel, Level, StepKind
from domain.rules.escalation import PastDue, Whom
from domain.rules.province import Province
from tests.support.ninh_binh import FOLDER, TODAY, ninh_binh
from tests.support.remembered_province import RememberedProvince

OF_THE_SOFTWARE = "2.000986"
PARAMETERS = {"2.002622", "1.002759", "1.001731"}
"""Procedures of the groups that the catalogue does not have."""
NAMED_IN_THE_ISSUE = ("1.001193", "1.000656", "1.004222", "1.004873", "2.000815", "1.012783", "1.013225")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the province's folder that the test may break."""
    copy = tmp_path / "ninh-binh"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("catalogue"))
    return copy


def problems_of(folder: Path) -> tuple[ConfigurationProblem, ...]:
    """Every problem that loading reports."""
    with pytest.raises(ConfigurationErrors) as raised:
        load(folder)
    return raised.value.problems


def load(folder: Path) -> Province:
    """The province of a changed copy, as `load_province` gives it. What is not changed was read once for all tests."""
    return shipped().load(folder) if folder.is_dir() else load_province(folder)


@cache
def shipped() -> RememberedProvince:
    """The shipped province as it was read before a test changes its copy."""
    return RememberedProvince(FOLDER)


def replace(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces the first occurrence in a file; returns its line."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r} any more: correct the test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_province_has_its_129_units_and_at_least_40_procedures() -> None:
    """The province has 129 communes and wards, the centre, the committee, and at least 40 procedures in effect
    today."""
    province = ninh_binh()
    levels = [unit.level for unit in province.organisation.in_force(TODAY)]
    assert sum(level.is_commune for level in levels) == 129
    assert levels.count(UnitLevel.PROVINCIAL_CENTRE) == levels.count(UnitLevel.PROVINCIAL_COMMITTEE) == 1
    active = {p.procedure.code for p in province.procedures if p.accepts(TODAY)}
    assert len(active) >= 40
    assert active.issuperset(NAMED_IN_THE_ISSUE)


def test_the_procedures_cover_both_levels_and_every_kind_of_limit() -> None:
    """The procedures have both levels, all five kinds of limit and none, capped, halved and no Green Stream, and
    both boundary policies."""
    procedures = [p.procedure for p in ninh_binh().procedures]
    assert {procedure.level for procedure in procedures} == set(Level)
    units = {terms.limit.unit if terms.limit else None for p in procedures for terms in p.terms}
    assert units == {*LimitUnit, None}
    assert {p.green.mode if p.green else None for p in procedures} == {"cap", "factor", None}
    assert {p.receive_anywhere for p in procedures} == {True, False}


def test_the_published_facts_are_those_of_the_national_catalogue() -> None:
    """Code, name, field, decision, limits, fees and result of every procedure are as published. What the catalogue does
    not have says in its decision that it is a parameter. Nor has it the channel of the software."""
    catalogue = {entry.code: entry for entry in stored_catalogue(FOLDER)}
    for published in ninh_binh().procedures:
        if published.procedure.code in PARAMETERS:
            assert published.procedure.decision == "chưa kiểm chứng"
        else:
            beyond = ("terms",) if published.procedure.code == OF_THE_SOFTWARE else ()
            assert differences(published.procedure, catalogue[published.procedure.code]) == beyond


def test_the_birth_group_and_the_death_group_are_interconnected() -> None:
    """Each with three procedures; the promise of a birth is 1 + 7 + 2 working days, before the published limit."""
    province = ninh_binh()
    groups = {p.procedure.code: p.procedure for p in province.procedures if p.procedure.children}
    assert {code: [child.procedure for child in group.children] for code, group in groups.items()} == {
        "2.000986": ["1.001193", "1.004222", "1.002759"],
        "2.002622": ["1.000656", "1.003197", "1.001731"],
    }
    pins = province.pins_for("2.000986", TODAY)
    procedures = {pin.child: province.rulebook().procedure(pin.procedure) for pin in pins.children}
    plan = plan_of(groups["2.000986"].children, procedures, Channel.COUNTER)
    assert (plan.limit, plan.fee) == (Limit(amount=10, unit=LimitUnit.WORKING_DAY), 0)


def test_a_procedure_without_a_published_limit_has_the_province_s_own() -> None:
    """A procedure without a published limit has one of the province, so that every dossier has a promised date."""
    for published in ninh_binh().procedures:
        if any(terms.limit is None for terms in published.procedure.terms):
            promised = published.procedure.own_limit is not None or published.procedure.children
            assert promised, published.procedure.code


def test_a_signature_comes_last_wherever_there_is_one() -> None:
    """The signature is the last step of a process."""
    for published in ninh_binh().procedures:
        kinds = [step.kind for step in published.procedure.steps]
        assert StepKind.SIGN not in kinds[:-1]
        assert sum(step.share for step in published.procedure.steps) == 100


def test_the_ladder_reaches_two_levels_up_and_somebody_takes_over() -> None:
    """The ladder warns before the promised date, goes to the head of unit at expiry, then two levels up, and one
    level takes over."""
    rungs = ninh_binh().escalation.rungs
    warned = [r for r in rungs if r.clock is WhichClock.PROMISED and not isinstance(r.trigger, PastDue)]
    assert set(warned[0].notify) == {Whom.OFFICER, Whom.HEAD_OF_UNIT}
    for clock in WhichClock:
        later = [r for r in rungs if r.clock is clock and isinstance(r.trigger, PastDue)]
        assert any(Whom.HEAD_OF_UNIT in r.notify for r in later)
        assert {Whom.LEVEL_ABOVE, Whom.TWO_LEVELS_ABOVE} <= {whom for r in later for whom in r.notify}
    assert any(rung.take_over for rung in rungs)


def test_loading_twice_gives_the_same_rules() -> None:
    """Loading the configuration twice gives equal values with the same hashes."""
    again = load_province(FOLDER)
    assert again == load(FOLDER) == ninh_binh()
    assert again.pins_for("1.001193", TODAY) == ninh_binh().pins_for("1.001193", TODAY)


HO_TICH = "procedures/ho-tich.yaml"
DAT_DAI = "procedures/dat-dai.yaml"
LIEN_THONG = "procedures/lien-thong.yaml"
COMMUNES = "organisation/communes.jsonl"
FORMER = "organisation/former-communes.jsonl"
PROVINCIAL = "organisation/provincial.jsonl"

# File, the replaced text and its replacement; the expected code; how many lines below the change it is reported.
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "a unit twice": (
        COMMUNES,
        '"code": "13291"',
        '"code": "13285"',
        "duplicate_code",
    ),
    "a procedure twice": (HO_TICH, '- code: "1.000656"', '- code: "1.001193"', "duplicate_code"),
    "two dossier codes alike": (COMMUNES, '"H42.102"', '"H42.101"', "duplicate_authority_id"),
    "a cycle in the organisation": (
        PROVINCIAL,
        '"level": "provincial_committee", "authority_id": "H42"',
        '"level": "provincial_committee", "parent": "STP", "authority_id": "H42"',
        "organisation_cycle",
    ),
    "an unknown parent": (COMMUNES, '"parent": "TTPVHCC"', '"parent": "NOBODY"', "unknown_parent"),
    "an unknown successor": (
        FORMER,
        '"successors": [{"code": "13366"}',
        '"successors": [{"code": "1"}',
        "unknown_successor",
    ),
    "a gap in dates": (COMMUNES, '"valid_from": "2025-07-01"', '"valid_from": "2025-07-02"', "dates_gap"),
    "an overlap in dates": (COMMUNES, '"valid_from": "2025-07-01"', '"valid_from": "2025-06-30"', "dates_overlap"),
    "an impossible date": (COMMUNES, '"2025-07-01"', '"2025-02-30"', "impossible_date"),
    "an unknown level": (COMMUNES, '"level": "ward"', '"level": "district"', "unknown_value"),
    "a line that is not JSON": (COMMUNES, '{"code": "13291"', '{"code" "13291"', "bad_json"),
    "a line that is no object": (COMMUNES, '{"code": "13291"', '[1]\n{"code": "13291"', "wrong_shape"),
    "shares that do not add up": ("processes.yaml", "share: 30}", "share: 31}", "shares_do_not_add_up"),
    "an unknown role": ("processes.yaml", "role: specialist", "role: wizard", "unknown_role"),
    "a step twice": ("processes.yaml", "code: xu-ly", "code: tiep-nhan", "duplicate_step"),
    "a step after the signature": ("processes.yaml", "kind: process", "kind: sign", "signature_not_last"),
    "an unknown process": (HO_TICH, "process: trong-ngay", "process: none", "unknown_process"),
    "an unknown Green policy": (HO_TICH, "green: cap16", "green: cap99", "unknown_green_policy"),
    "an unknown step left out": ("green.yaml", "excluded_steps: [trich-do]", "excluded_steps: [none]", "unknown_step"),
    "an unknown authority": (
        DAT_DAI,
        "specialised_authority: VPDKDD",
        "specialised_authority: NOBODY",
        "unknown_authority",
    ),
    "no authority": (DAT_DAI, "  specialised_authority: VPDKDD\n", "", "authority_not_named"),
    "children in a circle": (
        LIEN_THONG,
        'procedure: "1.001193"}',
        'procedure: "1.001193", starts_after: [the-bhyt]}',
        "children_in_a_circle",
    ),
    "a child twice": (
        LIEN_THONG,
        'thuong-tru, procedure: "1.004222"',
        'khai-sinh, procedure: "1.004222"',
        "child_twice",
    ),
    "a child that needs nobody": (
        LIEN_THONG,
        "needs_result_of: [khai-sinh], fee",
        "needs_result_of: [x], fee",
        "child_needs_unknown",
    ),
    "a child that waits for ever": (
        LIEN_THONG,
        'procedure: "1.001193"}',
        'procedure: "1.001193", on_withdrawn: go_on}',
        "child_waits_for_ever",
    ),
    "a child without a procedure": (
        LIEN_THONG,
        'procedure: "1.004222"',
        'procedure: "1.999999"',
        "child_procedure_missing",
    ),
    "a child whose limit has no sum": (
        LIEN_THONG,
        "      limit: {amount: 2, unit: working_day}",
        "      limit: {amount: 2, unit: month}",
        "child_limit_not_addable",
    ),
    "a paper of a child that nobody brings": (
        LIEN_THONG,
        "    - {code: cho-o, name: Giấy tờ chứng minh chỗ ở hợp pháp}\n",
        "",
        "child_document_missing",
    ),
    "a negative fee": (HO_TICH, "fee: 0}", "fee: -1}", "negative_fee"),
    "a fractional fee": (HO_TICH, "fee: 0}", "fee: 0.5}", "fractional_fee"),
    "a limit of nothing": (HO_TICH, "amount: 1,", "amount: 0,", "out_of_range"),
    "an unknown unit of limit": (HO_TICH, "unit: same_day", "unit: fortnight", "unknown_value"),
    "an unknown field": (HO_TICH, "  territory: residence", "  territorry: residence", "unknown_field"),
    "a missing field": (HO_TICH, "  decision: 163/QĐ-BTP\n", "", "missing_field"),
    "a code without quotes": (HO_TICH, '- code: "1.001193"', "- code: 1.001193", "not_text"),
    "a key twice": (HO_TICH, "  level: commune\n", "  level: commune\n  level: commune\n", "duplicate_key"),
    "a document twice": (HO_TICH, "code: chung-sinh", "code: to-khai", "duplicate_document"),
    "retired without an end": (HO_TICH, "status: active", "status: retired", "retired_without_end"),
    "two versions on one day": (HO_TICH, "status: draft", "status: active", "versions_overlap"),
    "a YAML fault": (HO_TICH, "  terms:", "  terms: [", "bad_yaml"),
    "a rung twice": ("escalation.yaml", "code: hen-het-han", "code: hen-canh-bao", "duplicate_rung"),
    "a share above the whole": ("escalation.yaml", "percent: 75", "percent: 175", "out_of_range"),
    "an unknown default calendar": ("province.yaml", "calendar: ninh-binh", "calendar: none", "unknown_calendar"),
    "an unknown default ladder": ("province.yaml", "escalation: leo", "escalation: no-leo", "unknown_escalation"),
    "an unknown calendar of a unit": (PROVINCIAL, '"ninh-binh-saturday"', '"none"', "unknown_calendar"),
    "a calendar of another shape": ("calendars/ninh-binh.yaml", "seasons:", "season:", "missing_field"),
    "a person in two units": (
        "people.yaml",
        "appointments: []",
        "appointments:\n  - {person: x, post: 13366.clerk.1, valid_from: 2025-07-01}\n"
        "  - {person: x, post: 13285.clerk.1, valid_from: 2025-07-01}",
        "person_in_two_units",
    ),
    "a delegation to oneself": (
        "people.yaml",
        "delegations: []",
        "delegations:\n  - {giver: cb.13366.clerk.1, receiver: cb.13366.clerk.1, roles: [clerk], source: x,\n"
        '     began: "2026-01-01T00:00:00+07:00"}',
        "delegation_to_oneself",
    ),
    "a ring of delegations": (
        "people.yaml",
        "delegations: []",
        "delegations:\n  - {giver: cb.13366.clerk.1, receiver: cb.13366.cashier.1, roles: [clerk], source: x,\n"
        '     began: "2026-01-01T00:00:00+07:00"}\n'
        "  - {giver: cb.13366.cashier.1, receiver: cb.13366.clerk.1, roles: [clerk], source: x,\n"
        '     began: "2026-02-01T00:00:00+07:00"}',
        "delegation_ring",
    ),
    "an absence that ends before it began": (
        "people.yaml",
        "absences: []",
        'absences: [{person: cb.13366.clerk.1, ground: x, began: "2026-01-02T00:00:00+07:00",\n'
        '  ended: "2026-01-01T00:00:00+07:00"}]',
        "ends_before_it_began",
    ),
    "a person by the own number": (
        "people.yaml",
        "appointments: []",
        'appointments: [{person: "037-099001234", post: 13366.clerk.1, valid_from: 2025-07-01}]',
        "person_by_own_number",
    ),
    "a delegate by telephone": (
        "people.yaml",
        "delegations: []",
        "delegations:\n  - {giver: cb.13366.clerk.1, receiver: '0912.345.678', roles: [clerk], source: x,\n"
        '     began: "2026-01-01T00:00:00+07:00"}',
        "person_by_own_number",
    ),
    "an absence of nobody": (
        "people.yaml",
        "absences: []",
        'absences: [{person: cb.none, ground: x, began: "2026-01-02T00:00:00+07:00"}]',
        "person_without_post",
    ),
    "overlapping appointments to one post": (
        "people.yaml",
        "appointments: []",
        "appointments:\n  - {person: x, post: 13366.clerk.1, valid_from: 2025-07-01, valid_to: 2026-03-31}\n"
        "  - {person: x, post: 13366.clerk.1, valid_from: 2026-03-31}",
        "appointed_twice",
    ),
    "an unknown policy of assignment": ("province.yaml", "policy: automatic", "policy: maybe", "unknown_value"),
    "a unit left to its head that there is none of": (
        "province.yaml",
        "by_hand_units: []",
        'by_hand_units: ["99999"]',
        "unknown_unit_by_hand",
    ),
    "a procedure left to heads that there is none of": (
        "province.yaml",
        "by_hand_procedures: []",
        'by_hand_procedures: ["9.999999"]',
        "unknown_procedure_by_hand",
    ),
    "an unknown post": (
        "people.yaml",
        "appointments: []",
        "appointments: [{person: x, post: none, valid_from: 2025-07-01}]",
        "unknown_post",
    ),
    "a post in no unit": (
        "people.yaml",
        "posts: []",
        'posts: [{code: p, unit: "1", role: clerk, title: Văn thư}]',
        "unknown_unit_of_post",
    ),
    "a mandate of an unknown procedure": (
        "organisation/mandates.yaml",
        "[]",
        '- {code: m, giver: SXD, receiver: null, procedures: ["9.9"], source: x, valid_from: 2026-01-01}',
        "unknown_mandate_procedure",
    ),
    "a mandate that ends before it begins": (
        "organisation/mandates.yaml",
        "[]",
        '- {code: m, giver: SXD, receiver: null, procedures: ["1.001193"], source: x, valid_from: 2026-01-01,\n'
        "  valid_to: 2025-01-01}",
        "mandate_dates_reversed",
    ),
    "a registry that there is none of": (HO_TICH, "registry: civil", "registry: hotich", "unknown_value"),
    "an identifier with which no dossier's code could be read": (
        PROVINCIAL,
        '"H42.10"',
        '"2025-02-30"',
        "bad_authority_id",
    ),
    "an identifier too long for a code": (PROVINCIAL, '"H42.10"', f'"{"H" * 33}"', "bad_authority_id"),
    "an identifier that differs in capitals only": (PROVINCIAL, '"H42.10"', '"h42.11"', "duplicate_authority_id"),
    "an extension that no officer decides": (
        HO_TICH,
        "  decision: 163",
        "  extension: {decided_by: [system]}\n  decision: 163",
        "extension_of_nobody",
    ),
    "an extension that no officer decides, for all procedures": (
        "policies.yaml",
        "decided_by: [head_of_unit, signatory]",
        "decided_by: [applicant]",
        "extension_policy_of_nobody",
    ),
    "a day announced after it": (
        "calendars/overrides.yaml",
        "since: 2026-02-26",
        "since: 2027-02-26",
        "announced_after_the_day",
    ),
    "a day announced twice": (
        "calendars/overrides.yaml",
        "announced:\n",
        "announced:\n  - {day: 2026-11-24, name: {vi: a, en: a}, source: b, since: 2026-01-01}\n",
        "duplicate_exception",
    ),
    "a service that is a person": (
        "people.yaml",
        "services: []",
        "services: [{code: cb.13366.clerk.1, name: Máy, roles: [clerk], source: QĐ 1}]",
        "service_is_a_person",
    ),
    "a service twice": (
        "people.yaml",
        "services: []",
        "services:\n  - {code: m, name: Máy, roles: [clerk], source: QĐ 1}\n"
        "  - {code: m, name: Máy, roles: [clerk], source: QĐ 1}",
        "duplicate_service",
    ),
    "a service as the system": (
        "people.yaml",
        "services: []",
        "services: [{code: m, name: Máy, roles: [clerk, system], source: QĐ 1}]",
        "service_role_of_nobody",
    ),
    "a service in a unit that there is none of": (
        "people.yaml",
        "services: []",
        'services: [{code: m, name: Máy, roles: [clerk], units: ["99999"], source: QĐ 1}]',
        "unknown_unit_of_service",
    ),
    "a service on a procedure that there is none of": (
        "people.yaml",
        "services: []",
        'services: [{code: m, name: Máy, roles: [clerk], procedures: ["9.999999"], source: QĐ 1}]',
        "unknown_procedure_of_service",
    ),
    "a service with a command that there is none of": (
        "people.yaml",
        "services: []",
        "services: [{code: m, name: Máy, roles: [clerk], commands: [accept, approve_everything], source: QĐ 1}]",
        "unknown_command_in_people",
    ),
    "four eyes for a command that there is none of": (
        "people.yaml",
        "four_eyes: []",
        "four_eyes: [{done: [complete_step], then: [approve_everything], source: QĐ 1}]",
        "unknown_command_in_people",
    ),
    "four eyes for what nothing shows": (
        "people.yaml",
        "four_eyes: []",
        "four_eyes: [{done: [check_payment], then: [approve], source: QĐ 1}]",
        "unknown_command_in_people",
    ),
    "four eyes that forbid the submission": (
        "people.yaml",
        "four_eyes: []",
        "four_eyes: [{done: [accept], then: [submit], source: QĐ 1}]",
        "unknown_command_in_people",
    ),
    "four eyes on a procedure that there is none of": (
        "people.yaml",
        "four_eyes: []",
        'four_eyes: [{done: [accept], then: [approve], procedures: ["9.999999"], source: QĐ 1}]',
        "unknown_procedure_of_four_eyes",
    ),
    "four eyes that forbid nothing": (
        "people.yaml",
        "four_eyes: []",
        "four_eyes: [{done: [accept], then: [], source: QĐ 1}]",
        "empty_value",
    ),
    "a service that is revoked before it is trusted": (
        "people.yaml",
        "services: []",
        "services: [{code: m, name: Máy, roles: [clerk], valid_from: 2026-02-01, valid_to: 2026-01-31, source: QĐ 1}]",
        "dates_reversed",
    ),
    "a service that may do nothing": (
        "people.yaml",
        "services: []",
        "services: [{code: m, name: Máy, personal_data: true, source: QĐ 1}]",
        "service_without_scope",
    ),
    "a service that looks like the account of a machine": (
        "people.yaml",
        "services: []",
        "services: [{code: tai-khoan.root, name: Máy, roles: [clerk], source: QĐ 1}]",
        "service_code_reserved",
    ),
    "a service whose scope is no answer": (
        "people.yaml",
        "services: []",
        "services: [{code: m, name: Máy, for_applicants: maybe, source: QĐ 1}]",
        "not_true_or_false",
    ),
    "a policy that there is none of": ("policies.yaml", "supplement:\n", "bo-sung:\n", "unknown_field"),
    "a policy out of its range": ("policies.yaml", "poll_factor: 4", "poll_factor: 1", "out_of_range"),
    "a rung that tells nobody": (
        "escalation.yaml",
        "trigger: {kind: share, percent: 75}, notify: [officer, head_of_unit]}",
        "trigger: {kind: share, percent: 75}, notify: []}",
        "rung_without_effect",
    ),
    "a rung with a clock that nothing has": (
        "escalation.yaml",
        "clock: promised, trigger: {kind: share, percent: 75}, notify: [officer, head_of_unit]}",
        "clock: promised, trigger: {kind: share, percent: 75}, notify: [officer], scope: {procedures: ['2.000908']}}",
        "rung_clock_never_runs",
    ),
    "a rung for limits that nothing has": (
        "escalation.yaml",
        "limit_at_least_working_hours: 41",
        "limit_at_least_working_hours: 1999",
        "rung_clock_never_runs",
    ),
    "a rung for a procedure that there is none of": (
        "escalation.yaml",
        "scope: {limit_at_least_working_hours: 41}",
        "scope: {procedures: ['9.9']}",
        "unknown_procedure_of_rung",
    ),
    "a rung on a step that nothing has": (
        "escalation.yaml",
        "step: tham-dinh",
        "step: khong-co",
        "unknown_step_of_rung",
    ),
    "a rung before the limit starts": (
        "escalation.yaml",
        "      scope: {limit_at_least_working_hours: 41}\n    - {code: luat-het-han",
        "    - {code: luat-het-han",
        "rung_before_start",
    ),
    "a take-over before the due date": (
        "escalation.yaml",
        "percent: 80}, notify: [officer, head_of_unit]}",
        "percent: 80}, notify: [officer, head_of_unit], take_over: true}",
        "take_over_before_due",
    ),
    "thresholds out of order": ("escalation.yaml", "working_hours: 24}", "working_hours: 3}", "rungs_out_of_order"),
    "the same threshold twice": ("escalation.yaml", "working_hours: 24}", "working_hours: 8}", "rungs_at_once"),
    "a lower level after a higher one": (
        "escalation.yaml",
        "notify: [head_of_unit, level_above, two_levels_above]",
        "notify: [head_of_unit]",
        "levels_out_of_order",
    ),
    "a handover rung before the first report": (
        "escalation.yaml",
        "kind: handover, working_hours: 8",
        "kind: handover, working_hours: 4",
        "rung_before_first_report",
    ),
    "a wait with a clock": (
        "escalation.yaml",
        "code: phi-chua-nop, ",
        "code: phi-chua-nop, clock: statutory, ",
        "wait_with_clock",
    ),
    "a due date without a clock": (
        "escalation.yaml",
        "code: luat-het-han, clock: statutory",
        "code: luat-het-han",
        "rung_without_clock",
    ),
    "a council that there is none of": (
        "escalation.yaml",
        "council: hoi-dong-ho-so-tre",
        "council: khong-co",
        "unknown_council",
    ),
    "a council without posts": (
        "escalation.yaml",
        "[TTPVHCC.head_of_unit.1, UBNDT.head_of_unit.1, UBNDT.supervisor.1]",
        "[]",
        "council_without_posts",
    ),
    "a council with an unknown post": (
        "escalation.yaml",
        "UBNDT.supervisor.1]",
        "UBNDT.supervisor.9]",
        "unknown_post_of_council",
    ),
    "two councils with one code": (
        "escalation.yaml",
        "  councils:\n",
        "  councils:\n    - {code: hoi-dong-ho-so-tre, name: X, members: [UBNDT.supervisor.1]}\n",
        "duplicate_council",
    ),
    "ladders that overlap": ("escalation.yaml", "to: 2026-10-31", "to: 2026-11-01", "ladders_overlap"),
    "ladders with a gap": ("escalation.yaml", "to: 2026-10-31", "to: 2026-10-30", "ladders_leave_a_gap"),
    "a last ladder that ends": (
        "escalation.yaml",
        "from: 2026-11-01\n",
        "from: 2026-11-01\n  effective_to: 2027-01-31\n",
        "ladders_leave_a_gap",
    ),
    "a ladder that ends before it begins": (
        "escalation.yaml",
        "from: 2026-11-01\n",
        "from: 2026-11-01\n  effective_to: 2026-10-31\n",
        "ladder_dates_reversed",
    ),
    "a post of the system": (
        "people.yaml",
        "posts: []",
        'posts: [{code: p, unit: "13366", role: system, title: Máy}]',
        "post_of_nobody",
    ),
}


def test_a_child_that_is_not_in_effect_is_told_at_the_group(folder: Path) -> None:
    """The group begins before the procedures of its children; each is reported where the group names it."""
    replace(folder, LIEN_THONG, "effective_from: 2025-07-01", "effective_from: 2024-07-01")
    found = [problem for problem in problems_of(folder) if problem.code == "child_not_in_effect"]
    assert [(problem.file, problem.line) for problem in found] == [(LIEN_THONG, 37), (LIEN_THONG, 38), (LIEN_THONG, 40)]


@pytest.mark.parametrize(("name", "old", "new", "code"), BROKEN.values(), ids=BROKEN.keys())
def test_each_fault_is_told_with_its_file_and_line(folder: Path, name: str, old: str, new: str, code: str) -> None:
    """Each mistake is reported with a code, in its file and near its line, in both languages."""
    line = replace(folder, name, old, new)
    problems = problems_of(folder)
    assert code in {problem.code for problem in problems}
    # A mistake of a process or policy may also be reported where it is used, and one of the whole at its subject.
    found = [
        p for p in problems if p.code == code and (p.file == name or code in ("unknown_step", "organisation_cycle"))
    ]
    assert found, problems
    if code not in ("unknown_step", "organisation_cycle", "versions_overlap", "duplicate_authority_id"):
        assert any(abs(problem.line - line) <= 16 for problem in found), (line, found)
    for problem in problems:
        assert problem.message.vi
        assert problem.message.en
        assert "{" not in problem.message.vi


EXACT: dict[str, tuple[str, str, str, str]] = {
    "the fee": (HO_TICH, "fee: 0}", "fee: -5}", "negative_fee"),
    "the role": ("processes.yaml", "role: specialist", "role: wizard", "unknown_role"),
    "the process named": (HO_TICH, "process: trong-ngay", "process: none", "unknown_process"),
    "the unit": (COMMUNES, '"parent": "TTPVHCC"', '"parent": "NOBODY"', "unknown_parent"),
    "the first unit of a reused code": (FORMER, '"code": "13366"}', '"code": "1"}', "unknown_successor"),
    "the rung": ("escalation.yaml", "percent: 75", "percent: 175", "out_of_range"),
    "the limit": (HO_TICH, "unit: same_day", "unit: fortnight", "unknown_value"),
}


@pytest.mark.parametrize(("name", "old", "new", "code"), EXACT.values(), ids=EXACT.keys())
def test_a_wrong_value_is_told_at_its_very_line(folder: Path, name: str, old: str, new: str, code: str) -> None:
    """A wrong value is reported at the line to edit."""
    line = replace(folder, name, old, new)
    assert [(p.file, p.line, p.code) for p in problems_of(folder)] == [(name, line, code)]


@pytest.mark.parametrize("role", ["system", "applicant", "assigner", "platform", "coordinator", "supervisor"])
def test_a_step_that_nobody_could_take_is_refused(folder: Path, role: str) -> None:
    """A step whose role no post of the resolving units has is refused, because dossiers would stay there for ever."""
    replace(folder, "processes.yaml", "kind: process, role: specialist", f"kind: process, role: {role}")
    problems = [one for one in problems_of(folder) if one.code == "step_of_nobody"]
    assert problems
    assert all(role in one.message.vi and "xu-ly" in one.message.vi for one in problems)


def test_a_province_without_a_centre_is_refused(folder: Path) -> None:
    """A province without a centre is refused, because no unit could coordinate a dossier of unclear authority."""
    replace(folder, PROVINCIAL, '"level": "provincial_centre"', '"level": "department"')
    assert "no_centre_above" in {one.code for one in problems_of(folder)}


def test_a_commune_is_followed_by_communes(folder: Path) -> None:
    """A commune whose successor is a department is refused, because the department is not competent for its
    dossiers."""
    name = "organisation/former-communes.jsonl"
    line = replace(folder, name, '"successors": [{"code": "13366"}', '"successors": [{"code": "STP"}')
    problems = [one for one in problems_of(folder) if one.code == "successor_of_another_level"]
    assert [(one.file, one.line) for one in problems] == [(name, line)]


def test_a_calendar_in_which_no_limit_runs_is_refused(folder: Path) -> None:
    """A calendar without clock time is refused, because no dossier would ever be due."""
    path = folder / "calendars" / "ninh-binh.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('0"}', '0", clock: false}'), encoding="utf-8")
    assert [(one.file, one.code) for one in problems_of(folder)] == [("calendars/ninh-binh.yaml", "clock_never_runs")]


def test_a_day_swapped_with_itself_is_refused(folder: Path) -> None:
    """A day that is swapped with itself is refused, because its hours would be those of itself."""
    day = "{day: 2026-12-05, kind: make_up_working, name: {vi: Bù, en: X}, source: y, swapped_with: 2026-12-05}"
    replace(folder, "calendars/ninh-binh.yaml", "exceptions: []", f"exceptions:\n  - {day}")
    assert {one.code for one in problems_of(folder)} == {"swapped_with_itself"}


def test_every_problem_is_told_at_once(folder: Path) -> None:
    """All mistakes in several files are reported together, in order."""
    lines = [
        ("escalation.yaml", replace(folder, "escalation.yaml", "percent: 75", "percent: 0")),
        ("processes.yaml", replace(folder, "processes.yaml", "role: specialist", "role: wizard")),
        (HO_TICH, replace(folder, HO_TICH, "fee: 0}", "fee: -1}")),
    ]
    assert [(problem.file, problem.line) for problem in problems_of(folder)] == sorted(lines)


@pytest.mark.parametrize(
    "name",
    ["province.yaml", "people.yaml", "escalation.yaml"],
)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """Each missing file that a province needs is named."""
    (folder / name).unlink()
    assert ("missing_file", name) in {(problem.code, problem.file) for problem in problems_of(folder)}


OPTIONAL = (
    "organisation/mandates.yaml",
    "processes.yaml",
    "green.yaml",
    "policies.yaml",
    "calendars/overrides.yaml",
)


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("content", [None, "", "# chưa có\n", "---\n"])
def test_a_file_that_is_not_required_may_be_absent_or_empty(folder: Path, name: str, content: str | None) -> None:
    """An optional file may be absent or empty; references to its entries are reported where they are."""
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content, encoding="utf-8")
    problems = problems_of(folder) if name in ("processes.yaml", "green.yaml") else []
    assert {problem.code for problem in problems} <= {"unknown_process", "unknown_green_policy"}
    assert (folder / name) not in {folder / problem.file for problem in problems}
    if not problems:
        load(folder)


def test_what_the_shipped_policies_say_is_what_the_engine_does_without_them(folder: Path) -> None:
    """The shipped policies are the engine's defaults, so no rule's hash depends on the file."""
    (folder / "policies.yaml").unlink()
    assert [one.hash for one in load(folder).procedures] == [one.hash for one in ninh_binh().procedures]


def test_a_policy_of_the_province_holds_for_every_procedure_that_says_nothing_else(folder: Path) -> None:
    """A procedure's own field wins; every other field is the province's."""
    replace(folder, "policies.yaml", "at_most: 2", "at_most: 1\n  ask_within_working_hours: 8")
    replace(folder, "policies.yaml", "decided_working_hours_before: 8", "decided_working_hours_before: 16")
    replace(folder, "policies.yaml", "poll_factor: 4", "poll_factor: 2")
    replace(folder, HO_TICH, "  decision: 163", "  extension: {at_most: 3}\n  decision: 163")
    procedures = [one.procedure for one in load(folder).procedures]
    assert {one.payment.poll_factor for one in procedures} == {2}
    assert {one.supplement.at_most for one in procedures} == {1}
    assert {one.supplement.ask_within_working_hours for one in procedures} == {8, 16, 24, 40}
    assert {one.extension.decided_working_hours_before for one in procedures} == {16}
    assert sorted({one.extension.at_most for one in procedures}) == [1, 3]


def test_a_wrong_policy_is_told_once_and_where_it_stands(folder: Path) -> None:
    """A wrong policy is reported once at its place, and not for each procedure."""
    line = replace(folder, "policies.yaml", "decided_working_hours_before: 8", "decided_working_hours_before: -1")
    assert [(one.code, one.file, one.line) for one in problems_of(folder)] == [
        ("out_of_range", "policies.yaml", line),
    ]


def test_no_overrides_are_no_overrides(folder: Path) -> None:
    """A province without overrides has only the holidays."""
    (folder / "calendars/overrides.yaml").unlink()
    calendar = next(one for one in load(folder).calendars if one.code == "ninh-binh")
    assert not calendar.describe(date(2026, 1, 10)).worked
    assert not calendar.describe(date(2026, 9, 2)).worked


@pytest.mark.parametrize(
    "name",
    [
        "green.yml",
        "calendars/overrides.yml",
        "calendars/base/2029.yml",
        "procedures/x.yml",
        "organisation/mandate.yaml",
    ],
)
def test_a_file_that_nobody_reads_is_told(folder: Path, name: str) -> None:
    """A file with a name that is not read is reported, because it would seem to be in force."""
    (folder / name).write_text("a: 1\n", encoding="utf-8")
    assert [(problem.code, problem.file) for problem in problems_of(folder)] == [("file_not_read", name)]


def test_the_readme_says_which_files_are_required() -> None:
    """The province's README lists the required files."""
    rows = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    optional_files = {row.split("`")[1]: "không bắt buộc" in row for row in rows}
    assert {name for name, optional in optional_files.items() if optional} == {*OPTIONAL, "catalogue/national.jsonl"}
    assert {"province.yaml", "people.yaml", "escalation.yaml", "procedures/*.yaml"} <= optional_files.keys()


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    """A wrong path, or the path of a file, is reported as one mistake."""
    assert [problem.code for problem in problems_of(tmp_path / "nowhere")] == ["missing_folder"]
    (tmp_path / "file").touch()
    assert [problem.code for problem in problems_of(tmp_path / "file")] == ["missing_folder"]


@pytest.mark.parametrize(
    ("name", "old", "line"),
    [(HO_TICH, b"Th\xe1\xbb\xa7", 8), (COMMUNES, b"Ph\xc6\xb0", 1), ("province.yaml", b"T\xe1", 1)],
)
def test_invalid_utf8_is_told_with_its_line(folder: Path, name: str, old: bytes, line: int) -> None:
    """A file in another encoding is reported with the line of its first wrong byte."""
    content = (folder / name).read_bytes()
    assert old in content
    (folder / name).write_bytes(content.replace(old, old[:-1] + b"\xff", 1))
    expected = content[: content.index(old)].count(b"\n") + 1
    assert expected >= line
    assert ("invalid_utf8", name, expected) in {(p.code, p.file, p.line) for p in problems_of(folder)}


@pytest.mark.parametrize("hidden", ["\\u202e", "\u202e", "\\n", "\u200b"])
def test_a_unit_s_text_holds_nothing_that_nobody_sees(folder: Path, hidden: str) -> None:
    """A hidden character is refused at its line, written as it is or as an escape."""
    line = replace(folder, COMMUNES, "Phường", f"Phư{hidden}ờng")
    assert [(p.code, p.file, p.line) for p in problems_of(folder)] == [("control_character", COMMUNES, line)]


def test_a_name_with_combining_diacritics_is_the_same_name(folder: Path) -> None:
    """A name in NFD gives the same rules with the same hashes."""
    import unicodedata

    path = folder / HO_TICH
    path.write_text(unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert load_province(folder).pins_for("1.001193", TODAY) == ninh_binh().pins_for("1.001193", TODAY)


def test_another_province_is_another_folder(folder: Path) -> None:
    """Nothing of Ninh Bình is in the code: a folder with another code and other units is another province."""
    replace(folder, "province.yaml", "code: H42", "code: H99")
    province = load_province(folder)
    assert isinstance(province, Province)
    assert province.code == "H99"
