"""What a check of the installation is, and how all of them are made: side by side, each within its own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.messages.coded import CodedSentence
from domain.text.sentences import filled, plain
from domain.values import Bilingual, Value
from gateway.client.doctor.messages import DoctorFinding

WITHIN = 10.0
"""Seconds that each check has."""


class Severity(StrEnum):
    """How bad a finding is, the worst last."""

    OK = "ok"
    WARNING = "warning"
    """Somebody should look soon. Nothing is refused or late because of it yet."""
    TROUBLE = "trouble"
    """Something does not work, or will not work within days."""

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _SEVERITIES[self]


_SEVERITIES = {
    Severity.OK: Bilingual(vi="tốt", en="ok"),
    Severity.WARNING: Bilingual(vi="lưu ý", en="warning"),
    Severity.TROUBLE: Bilingual(vi="hỏng", en="trouble"),
}
WORST_FIRST = tuple(reversed(Severity))


class CheckName(StrEnum):
    """The checks, in the order in which they are shown."""

    SETTINGS = "settings"
    DATABASE = "database"
    TEMPORAL = "temporal"
    SCHEMA = "schema"
    SEARCH_ATTRIBUTES = "search_attributes"
    RULES = "rules"
    CALENDARS = "calendars"
    STAFF = "staff"
    WORKERS = "workers"
    CLOCKS = "clocks"
    DISK = "disk"
    RELAYS = "relays"
    WEBHOOKS = "webhooks"
    DIGESTS = "digests"
    NOTICES = "notices"
    DOCUMENTS = "documents"
    CERTIFICATES = "certificates"
    SIGNING = "signing"
    ISSUER = "issuer"
    CHECKPOINTS = "checkpoints"
    DOSSIERS = "dossiers"
    BREAKERS = "breakers"

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _CHECKS[self]


_CHECKS = {
    CheckName.SETTINGS: Bilingual(vi="Cài đặt", en="Settings"),
    CheckName.DATABASE: Bilingual(vi="PostgreSQL", en="PostgreSQL"),
    CheckName.TEMPORAL: Bilingual(vi="Temporal", en="Temporal"),
    CheckName.SCHEMA: Bilingual(vi="Cấu trúc CSDL", en="Schema"),
    CheckName.SEARCH_ATTRIBUTES: Bilingual(vi="Thuộc tính tìm", en="Attributes"),
    CheckName.RULES: Bilingual(vi="Quy định", en="Rules"),
    CheckName.CALENDARS: Bilingual(vi="Lịch làm việc", en="Calendars"),
    CheckName.STAFF: Bilingual(vi="Nhân sự", en="Staff"),
    CheckName.WORKERS: Bilingual(vi="Tiến trình", en="Workers"),
    CheckName.CLOCKS: Bilingual(vi="Đồng hồ", en="Clocks"),
    CheckName.DISK: Bilingual(vi="Đĩa", en="Disk"),
    CheckName.RELAYS: Bilingual(vi="Kênh chuyển tin", en="Relays"),
    CheckName.WEBHOOKS: Bilingual(vi="Webhook", en="Webhooks"),
    CheckName.DIGESTS: Bilingual(vi="Tin cho cán bộ", en="Digests"),
    CheckName.NOTICES: Bilingual(vi="Tin cho người nộp", en="Notices"),
    CheckName.DOCUMENTS: Bilingual(vi="Văn bản liên thông", en="Documents"),
    CheckName.CERTIFICATES: Bilingual(vi="Chứng thư TLS", en="TLS"),
    CheckName.SIGNING: Bilingual(vi="Chứng thư ký", en="Signing"),
    CheckName.ISSUER: Bilingual(vi="Đăng nhập", en="Sign-in"),
    CheckName.CHECKPOINTS: Bilingual(vi="Chốt sổ", en="Checkpoints"),
    CheckName.DOSSIERS: Bilingual(vi="Hồ sơ", en="Dossiers"),
    CheckName.BREAKERS: Bilingual(vi="Bộ ngắt", en="Breakers"),
}


class Finding(Value):
    """One thing that a check found. The sentence says also what to do."""

    level: Severity
    code: str
    message: Bilingual
    facts: dict[str, str]


class Examined(Value):
    """The result of one check: its findings, the worst first."""

    check: CheckName
    name: Bilingual
    level: Severity
    findings: tuple[Finding, ...]


class CodedProblem(Protocol):
    """An error with a stable code, a sentence and facts: of the domain, or of the settings."""

    code: str
    message: Bilingual
    facts: dict[str, str]


def ok(code: CodedSentence, /, **facts: object) -> Finding:
    """Something is as it should be."""
    return _finding(Severity.OK, code, facts)


def warning(code: CodedSentence, /, **facts: object) -> Finding:
    """Somebody should look soon."""
    return _finding(Severity.WARNING, code, facts)


def trouble(code: CodedSentence, /, **facts: object) -> Finding:
    """Something does not work."""
    return _finding(Severity.TROUBLE, code, facts)


def from_error(problem: CodedProblem, level: Severity = Severity.TROUBLE) -> Finding:
    """An error of the product as a finding."""
    return Finding(level=level, code=problem.code, message=problem.message, facts=problem.facts)


def _finding(level: Severity, code: CodedSentence, facts: dict[str, object]) -> Finding:
    told = {name: plain(value) for name, value in facts.items()}
    return Finding(level=level, code=code.value, message=filled(code.sentence, facts), facts=told)


Look = Callable[[], Awaitable[Iterable[Finding]]]


@dataclass(frozen=True)
class Check:
    """One check. `look` may raise every error of the product."""

    name: CheckName
    look: Look


async def examine(
    checks: Sequence[Check], *, within: float = WITHIN, told: Callable[[Examined], None] = lambda _: None
) -> tuple[Examined, ...]:
    """Makes all checks side by side and returns their results in the order of `CheckName`.

    A check that fails, or that does not end within so many seconds, is trouble and stops no other. `told` is called
    with each result as soon as it is there.
    """

    async def one(check: Check) -> Examined:
        findings = await _looked(check, within)
        done = examined(check.name, findings)
        told(done)
        return done

    results = await asyncio.gather(*(one(check) for check in checks))
    return tuple(sorted(results, key=lambda each: list(CheckName).index(each.check)))


class KeptExamination:
    """The last results, for callers who ask often: while they are fresh, nobody makes the checks again."""

    def __init__(self, kept_seconds: float = 15.0, within: float = WITHIN) -> None:
        self._kept_seconds = kept_seconds
        self._within = within
        self._lock = asyncio.Lock()
        self._made: tuple[float, tuple[Examined, ...]] | None = None

    async def results(self, checks: Sequence[Check]) -> tuple[Examined, ...]:
        """The results of these checks, which are the same ones at every call."""
        async with self._lock:
            if self._made is None or time.monotonic() - self._made[0] >= self._kept_seconds:
                self._made = (time.monotonic(), await examine(checks, within=self._within))
            return self._made[1]


def examined(check: CheckName, findings: Iterable[Finding]) -> Examined:
    """The result of a check with these findings."""
    ordered = tuple(sorted(findings, key=lambda each: WORST_FIRST.index(each.level)))
    return Examined(check=check, name=check.words, level=ordered[0].level if ordered else Severity.OK, findings=ordered)


async def _looked(check: Check, within: float) -> list[Finding]:
    try:
        async with asyncio.timeout(within):
            return list(await check.look())
    except TimeoutError:
        return [trouble(DoctorFinding.NOT_IN_TIME, seconds=f"{within:g}")]
    except Exception as problem:  # one check must not stop the others, whatever is wrong with it
        if isinstance(getattr(problem, "message", None), Bilingual):
            return [from_error(problem)]  # type: ignore[arg-type]
        return [trouble(DoctorFinding.CHECK_FAILED, type=type(problem).__name__)]
