"""The pages that are measured, each for somebody who works with it."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Value


class Who(StrEnum):
    """Who opens a page: the provincial supervisor, or somebody of a ward by role."""

    SUPERVISOR = "supervisor"
    HEAD = "head_of_unit"
    OFFICER = "specialist"
    DESK = "reception"


class BenchPage(Value):
    """A page. `path` may name `{code}`, a dossier of the ward, and `{unit}`, the ward."""

    name: str
    path: str
    who: Who


OPEN = "%7B%22open%22%3Atrue%7D"
"""The filter of the open dossiers, in the address of the register."""

PAGES: tuple[BenchPage, ...] = (
    BenchPage(name="tổng quan tỉnh (overview)", path="/console/overview", who=Who.SUPERVISOR),
    BenchPage(name="tổng quan đơn vị (of a unit)", path="/console/overview?unit={unit}", who=Who.SUPERVISOR),
    BenchPage(name="rà soát trễ hạn (lateness)", path="/console/lateness", who=Who.SUPERVISOR),
    BenchPage(name="thủ tục (procedures)", path="/console/procedures", who=Who.SUPERVISOR),
    BenchPage(name="danh sách (register)", path="/console/register", who=Who.SUPERVISOR),
    BenchPage(name="hồ sơ đang mở (open)", path=f"/console/register?f={OPEN}&sort=promised_due", who=Who.SUPERVISOR),
    BenchPage(name="danh sách của xã (of a ward)", path="/console/register", who=Who.HEAD),
    BenchPage(name="hồ sơ (dossier)", path="/console/dossiers/{code}", who=Who.HEAD),
    BenchPage(name="diễn biến (events)", path="/console/dossiers/{code}/events", who=Who.HEAD),
    BenchPage(name="dòng thời gian (time line)", path="/console/dossiers/{code}/timeline", who=Who.HEAD),
    BenchPage(name="thời hạn (deadlines)", path="/console/dossiers/{code}/deadlines", who=Who.HEAD),
    BenchPage(name="sổ cái (ledger)", path="/console/dossiers/{code}/ledger", who=Who.HEAD),
    BenchPage(name="việc của tôi (work)", path="/console/work", who=Who.OFFICER),
    BenchPage(name="việc của đơn vị (of a head)", path="/console/work", who=Who.HEAD),
    BenchPage(name="tiếp nhận (intake)", path="/console/intake", who=Who.DESK),
    BenchPage(name="vận hành (operations)", path="/console/operations", who=Who.SUPERVISOR),
)
