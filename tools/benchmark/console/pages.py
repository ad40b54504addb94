"""The pages that are measured, each for somebody who works with it."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Value


class Who(StrEnum):
    """Who opens a page: somebody of the province, of a ward, of the ward with the long dossier, or an applicant."""

    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    HEAD = "head_of_unit"
    OFFICER = "specialist"
    DESK = "reception"
    HEAD_OF_LONG = "head_of_long"
    CITIZEN = "citizen"


class BenchPage(Value):
    """A page.

    `path` may name what the register has: `{code}`, a dossier of the ward; `{long}`, one with as many events as
    the options say; `{unit}`, the ward; `{other}`, another one; `{procedure}`; `{year}`, the days of the last year as
    parameters.
    """

    name: str
    path: str
    who: Who
    part: bool = False
    """Only the part that a script asks for."""
    pages_on: int = 0
    """So many times the link to the next page is followed first."""
    judged: bool = True
    """False for files: they are reported, and no aim is set for them."""


def _filter(json: str) -> str:
    return f"f={json}".replace("{", "%7B").replace("}", "%7D").replace('"', "%22").replace("<", "{").replace(">", "}")


OPEN = _filter('{"open":true}')
LATE = _filter('{"late":{"clock":"promised"}}')
OF_UNIT = _filter('{"units":{"codes":["<unit>"],"part":"any"}}')
OF_PROCEDURE = _filter('{"procedures":["<procedure>"]}')
WITH_TEXT = _filter('{"text":"khai sinh"}')
"""Without accents, as people type it."""

OF_PROVINCE: tuple[BenchPage, ...] = (
    BenchPage(name="tổng quan tỉnh (overview)", path="/console/overview", who=Who.SUPERVISOR),
    BenchPage(name="· số lúc này (now)", path="/console/overview", who=Who.SUPERVISOR, part=True),
    BenchPage(name="· tổng quan năm (of a year)", path="/console/overview?{year}", who=Who.SUPERVISOR),
    BenchPage(name="· đơn vị (of a unit)", path="/console/overview?unit={unit}", who=Who.SUPERVISOR),
    BenchPage(name="· hai đơn vị (of two)", path="/console/overview?unit={unit}&with_unit={other}", who=Who.SUPERVISOR),
    BenchPage(name="rà soát trễ hạn (lateness)", path="/console/lateness", who=Who.SUPERVISOR),
    BenchPage(name="· trễ hạn năm (of a year)", path="/console/lateness?{year}", who=Who.SUPERVISOR),
    BenchPage(name="thủ tục (procedures)", path="/console/procedures", who=Who.SUPERVISOR),
    BenchPage(name="· thủ tục năm (of a year)", path="/console/procedures?{year}", who=Who.SUPERVISOR),
    BenchPage(name="· một thủ tục (one)", path="/console/procedures/{procedure}", who=Who.SUPERVISOR),
)
REGISTER: tuple[BenchPage, ...] = (
    BenchPage(name="danh sách (register)", path="/console/register", who=Who.SUPERVISOR),
    BenchPage(name="· trang sau (a later page)", path="/console/register", who=Who.SUPERVISOR, pages_on=10),
    BenchPage(name="· đang mở (open)", path=f"/console/register?{OPEN}&sort=promised_due", who=Who.SUPERVISOR),
    BenchPage(name="· không dấu (text)", path=f"/console/register?{WITH_TEXT}", who=Who.SUPERVISOR),
    BenchPage(name="· theo đơn vị (by unit)", path=f"/console/register?{OF_UNIT}", who=Who.SUPERVISOR),
    BenchPage(name="· theo thủ tục (by procedure)", path=f"/console/register?{OF_PROCEDURE}", who=Who.SUPERVISOR),
    BenchPage(name="· trễ hạn (late)", path=f"/console/register?{LATE}", who=Who.SUPERVISOR),
    BenchPage(name="· của xã (of a ward)", path="/console/register", who=Who.HEAD),
    BenchPage(name="· mới hơn? (newer?)", path="/console/register/newer?{since}", who=Who.SUPERVISOR, part=True),
    BenchPage(name="· đã lưu (saved)", path="/console/register/saved", who=Who.SUPERVISOR),
)
DOSSIER: tuple[BenchPage, ...] = (
    BenchPage(name="hồ sơ (dossier)", path="/console/dossiers/{code}", who=Who.HEAD),
    BenchPage(name="· phần đầu (head)", path="/console/dossiers/{code}/head", who=Who.HEAD, part=True),
    BenchPage(name="· diễn biến (events)", path="/console/dossiers/{code}/events", who=Who.HEAD),
    BenchPage(name="· dòng thời gian (time line)", path="/console/dossiers/{code}/timeline", who=Who.HEAD),
    BenchPage(name="· thời hạn (deadlines)", path="/console/dossiers/{code}/deadlines", who=Who.HEAD),
    BenchPage(name="· giấy tờ (papers)", path="/console/dossiers/{code}/papers", who=Who.HEAD),
    BenchPage(name="· người nộp (applicant)", path="/console/dossiers/{code}/applicant", who=Who.HEAD),
    BenchPage(name="· sổ cái (ledger)", path="/console/dossiers/{code}/ledger", who=Who.HEAD),
    BenchPage(name="· tra cứu (track)", path="/console/track/{code}", who=Who.CITIZEN),
)
LONG: tuple[BenchPage, ...] = (
    BenchPage(name="hồ sơ dài (long dossier)", path="/console/dossiers/{long}", who=Who.HEAD_OF_LONG),
    BenchPage(name="· diễn biến (its events)", path="/console/dossiers/{long}/events", who=Who.HEAD_OF_LONG),
    BenchPage(
        name="· trước đó (earlier)",
        path="/console/dossiers/{long}/events?before={half}",
        who=Who.HEAD_OF_LONG,
        part=True,
    ),
    BenchPage(name="· một nhóm (a group)", path="/console/dossiers/{long}/events?group=intake", who=Who.HEAD_OF_LONG),
    BenchPage(name="· dòng thời gian (its line)", path="/console/dossiers/{long}/timeline", who=Who.HEAD_OF_LONG),
    BenchPage(name="· thời hạn (its deadlines)", path="/console/dossiers/{long}/deadlines", who=Who.HEAD_OF_LONG),
    BenchPage(name="· giấy tờ (its papers)", path="/console/dossiers/{long}/papers", who=Who.HEAD_OF_LONG),
    BenchPage(name="· sổ cái (its ledger)", path="/console/dossiers/{long}/ledger", who=Who.HEAD_OF_LONG),
    BenchPage(name="· phân công (form of an act)", path="/console/dossiers/{long}/acts/assign", who=Who.HEAD_OF_LONG),
)
WORK: tuple[BenchPage, ...] = (
    BenchPage(name="việc của tôi (work)", path="/console/work", who=Who.OFFICER),
    BenchPage(name="· của đơn vị (of a head)", path="/console/work", who=Who.HEAD),
    BenchPage(name="· việc, cập nhật (renewed)", path="/console/work", who=Who.HEAD, part=True),
    BenchPage(name="tiếp nhận (intake)", path="/console/intake", who=Who.DESK),
)
OPERATIONS: tuple[BenchPage, ...] = (
    BenchPage(name="vận hành (operations)", path="/console/operations", who=Who.SUPERVISOR),
    BenchPage(name="· vận hành, cập nhật (renewed)", path="/console/operations", who=Who.SUPERVISOR, part=True),
    BenchPage(name="· cần người (needs a person)", path="/console/operations/needs-a-person", who=Who.OPERATOR),
    BenchPage(
        name="· chưa nhận bàn giao (unacknowledged)",
        path="/console/operations/needs-a-person?cause=unacknowledged",
        who=Who.OPERATOR,
    ),
    BenchPage(name="· theo nguyên nhân (by cause)", path="/console/operations/failed", who=Who.OPERATOR),
    BenchPage(name="· kiểm tra (checks)", path="/console/operations/doctor", who=Who.OPERATOR),
    BenchPage(name="· kế hoạch sửa (repairs)", path="/console/operations/repairs", who=Who.OPERATOR),
    BenchPage(name="· lập kế hoạch (form of a plan)", path="/console/operations/repairs/new", who=Who.OPERATOR),
    BenchPage(name="· kênh chuyển (relays)", path="/console/operations/relays", who=Who.OPERATOR),
    BenchPage(name="· chuyển đổi (rollouts)", path="/console/operations/rollouts", who=Who.SUPERVISOR),
    BenchPage(name="· webhook (webhooks)", path="/console/operations/webhooks", who=Who.OPERATOR),
    BenchPage(name="· tiến trình (workers)", path="/console/operations/workers", who=Who.SUPERVISOR),
)
FILES: tuple[BenchPage, ...] = (
    *(
        BenchPage(
            name=f"tổng quan (overview), {form.upper()}",
            path=f"/console/overview/export.{form}",
            who=Who.SUPERVISOR,
            judged=False,
        )
        for form in ("csv", "xlsx", "pdf")
    ),
    BenchPage(name="trễ hạn (lateness), XLSX", path="/console/lateness/export.xlsx", who=Who.SUPERVISOR, judged=False),
    BenchPage(name="danh sách xã (register), CSV", path="/console/register/export/csv", who=Who.HEAD, judged=False),
)
PAGES: tuple[BenchPage, ...] = (*OF_PROVINCE, *REGISTER, *DOSSIER, *LONG, *WORK, *OPERATIONS, *FILES)
