"""What the values of enumerations mean."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from activities.ledger.documents import Purpose, ReceivedState
from activities.ledger.open_escalations import EscalationState
from activities.ledger.opt_outs import HowOptedOut
from activities.ledger.reconciliations import ReconciliationState
from activities.ledger.taken_in import IntakeState
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.deadlines.calendar import ExceptionKind, Weekday
from domain.deadlines.counting import CountingRule
from domain.deadlines.explain import NoClockReason
from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import PauseGround
from domain.documents.stages import DocumentStage
from domain.dossier.commands import ApplicantField, Charge, ExplanationCause, Handback, PostPurpose
from domain.dossier.group_commands import ChildStatus
from domain.dossier.ladder import RungHeld
from domain.dossier.state import State
from domain.incidents import IncidentAction
from domain.notices.choosing import NoticeState
from domain.outside_systems import SYSTEM_NAMES, System
from domain.procedures.procedure import Channel
from domain.ramps import RampState
from domain.repairs.causes import Cause
from domain.repairs.differences import Difference
from domain.repairs.orders import RepairKind
from domain.repairs.plans import SecondPersonBecause
from domain.replays import ReplayState
from domain.roles import Role
from domain.rollouts.plans import RolloutKind
from domain.values import Bilingual
from gateway.client.doctor.checks import CheckName, Severity
from gateway.i18n.deadline_wording import NO_CLOCK, RULES, WEEKDAYS
from gateway.i18n.notice_wording import CHANNELS as NOTICE_CHANNELS
from gateway.i18n.notice_wording import KINDS, STATES
from gateway.i18n.wording import CHANNELS, CHARGES, CLOCKS, HANDBACK, PARTICULARS, POST_PURPOSES, ROLES, say
from gateway.views.event_logs.formats import LogFormat

WORDS: Mapping[type[StrEnum], tuple[Bilingual, Mapping[Any, Bilingual]]] = {
    State: (say("Trạng thái hồ sơ", "The state of a dossier"), {state: state.words for state in State}),
    ChildStatus: (
        say("Tình trạng một phần của hồ sơ liên thông", "How a part of an interconnected dossier stands"),
        {status: status.words for status in ChildStatus},
    ),
    IntakeState: (
        say("Yêu cầu lấy hồ sơ từ phần mềm liên thông đến đâu", "How an order to take an application in stands"),
        {state: state.words for state in IntakeState},
    ),
    Role: (say("Vai trò", "A role"), ROLES),
    LogFormat: (say("Dạng tệp nhật ký", "The format of an event log"), {form: form.words for form in LogFormat}),
    Channel: (say("Hình thức nộp", "How it was filed"), CHANNELS),
    PostPurpose: (say("Bưu chính làm gì", "What the post does"), POST_PURPOSES),
    Handback: (say("Cách trả kết quả", "How the result was returned"), HANDBACK),
    Charge: (say("Khoản phải nộp", "What is to be paid"), CHARGES),
    WhichClock: (say("Hạn nào", "Which of the two dates"), CLOCKS),
    PauseGround: (say("Vì sao tạm dừng", "Why the clocks stand still"), {one: one.words for one in PauseGround}),
    ApplicantField: (say("Thông tin của chủ hồ sơ", "A particular of the applicant"), PARTICULARS),
    ExplanationCause: (
        say("Vì sao hồ sơ chậm, theo đơn vị giải trình", "Why a dossier was late, as the unit explains"),
        {one: one.words for one in ExplanationCause},
    ),
    CheckName: (say("Mục kiểm tra", "A check of the installation"), {one: one.words for one in CheckName}),
    Severity: (say("Mức", "How bad it is"), {one: one.words for one in Severity}),
    DocumentStage: (
        say("Chặng của văn bản trên trục", "The stage of a document on the axis"),
        {one: one.words for one in DocumentStage},
    ),
    Purpose: (say("Gửi văn bản để làm gì", "Why a document was sent"), {one: one.words for one in Purpose}),
    ReceivedState: (
        say("Văn bản đến được xử lý đến đâu", "How a document that came stands"),
        {one: one.words for one in ReceivedState},
    ),
    NoticeChannel: (say("Kênh báo tin", "By which channel a person is told"), NOTICE_CHANNELS),
    NoticeKind: (say("Tin báo gì", "What a notice tells"), KINDS),
    NoticeState: (say("Tin đến đâu", "How a notice stands"), STATES),
    HowOptedOut: (
        say("Từ chối nhận tin bằng cách nào", "How a person opted out"),
        {one: one.words for one in HowOptedOut},
    ),
    System: (say("Hệ thống ngoài", "An outside system"), SYSTEM_NAMES),
    CountingRule: (say("Thời hạn đếm theo cách nào", "By which rule a limit is counted"), RULES),
    NoClockReason: (say("Vì sao không có hạn này", "Why a dossier has no such date"), NO_CLOCK),
    ExceptionKind: (
        say("Vì sao khác ngày thường", "Why one day differs from its season"),
        {one: one.words for one in ExceptionKind},
    ),
    Weekday: (say("Thứ trong tuần", "The day of the week"), WEEKDAYS),
    Cause: (say("Vì sao cần người xử lý", "Why something needs a person"), {one: one.words for one in Cause}),
    IncidentAction: (
        say("Làm được gì với sự cố", "What may be done with an incident"),
        {one: one.words for one in IncidentAction},
    ),
    Difference: (say("Khác nhau thế nào", "How they differ"), {one: one.words for one in Difference}),
    ReconciliationState: (
        say("Lần đối chiếu đến đâu", "How far a comparison is"),
        {one: one.words for one in ReconciliationState},
    ),
    RungHeld: (
        say("Vì sao bậc không báo", "Why a rung does not fire"),
        {one: one.words for one in RungHeld},
    ),
    EscalationState: (
        say("Cần ai làm gì", "What is wanted of somebody"),
        {one: one.words for one in EscalationState},
    ),
    RepairKind: (
        say("Cách sửa một hồ sơ", "How a dossier is repaired"),
        {one: one.words for one in RepairKind},
    ),
    SecondPersonBecause: (
        say("Vì sao cần người thứ hai duyệt", "Why a second operator must approve"),
        {one: one.words for one in SecondPersonBecause},
    ),
    RampState: (
        say("Lần giao dần đến đâu", "How far a watched ramp is"),
        {one: one.words for one in RampState},
    ),
    ReplayState: (
        say("Lần phát lại đến đâu", "How far a replay is"),
        {one: one.words for one in ReplayState},
    ),
    RolloutKind: (
        say("Quy định nào thay đổi, hoặc sửa hồ sơ", "The kind of rule that changed, or a repair"),
        {one: one.words for one in RolloutKind},
    ),
}
"""The enumerations whose values have words on screens too."""
ENUMERATIONS: Mapping[str, str] = {
    "ActStatus": "`pending` chờ ghi sổ, `recorded` đã ghi, `refused` bị từ chối (how far an act has come).",
    "DecidedBy": "`green` Luồng Xanh, `legal_minimum` mức tối thiểu, `statutory` thời hạn quy định (which rule gave "
    "it).",
    "Going": "`running` đang chạy, `paused` tạm dừng, `ended` đã kết thúc, `ended_without_result` kết thúc mà không "
    "có kết quả (how a clock stands).",
    "GreenScope": "`total` rút ngắn cả thời hạn của thủ tục, `each_step` rút ngắn thời gian của từng bước (what is "
    "shortened: the procedure's whole limit, or the budget of each step separately).",
    "HolderKind": "`unit` đơn vị, `applicant` người nộp, `outside_system` hệ thống ngoài, `signing` ký số, `payment` "
    "chờ nộp phí, `suspended` tạm dừng xử lý (who has the dossier and uses its time).",
    "IncidentSource": "`call` lời gọi hệ thống ngoài, `workflow` luồng xử lý của hồ sơ, `handover` chuyển giao chưa "
    "được nhận, `coordination` hồ sơ chờ điều phối quá lâu, `escalation` leo thang không ai trả "
    "lời, `relay` tin của một kênh, `webhook` tin của một webhook, `rollout` đợt triển khai, `system` hệ "
    "thống ngoài đang không được gọi (where an incident is found).",
    "ItemState": "`pending` chưa làm, `done` đã đổi, `unchanged` không phải đổi, `refused` bị từ chối, `waiting` đang "
    "chờ, `abandoned` bị bỏ lại, `moved_on` đã khác kế hoạch sửa nên để yên, `not_cured` đã sửa mà chưa hết nguyên "
    "nhân (the outcome of a rollout or a repair for a dossier).",
    "Level": "`commune` cấp xã, `province` cấp tỉnh (whose authority resolves the procedure).",
    "LimitUnit": "`working_day` ngày làm việc, `calendar_day` ngày, `hour` giờ, `month` tháng, `same_day` trong ngày "
    "(the five kinds of limit).",
    "PlanningState": "`under_way` đang xem từng hồ sơ, `made` đã có kế hoạch, `refused` không có kế hoạch, `cancelled` "
    "đã hủy, `interrupted` cổng đã dừng giữa chừng (how far the making of a plan is).",
    "OutsideAct": "`open` ngừng gọi, `drain` rút dần, `close` gọi dù đang lỗi, `automatic` bỏ lệnh (what is ordered "
    "for an outside system).",
    "SystemState": "`closed` gọi bình thường, `half_open` gọi thử lại, `open` tự ngắt, `held` ngừng theo lệnh, "
    "`draining` đang rút, `drained` đã rút hết, `forced` gọi dù lỗi theo lệnh, `unknown` chưa rõ, `unused` tỉnh không "
    "dùng (how the calls of a system stand).",
    "ReleaseAct": "`began` tự nhận việc, `ramped` nhận một phần, `promoted` nhận toàn bộ, `rolled_back` nhận lại, "
    "`retired` nghỉ hẳn (what happened to a build of the worker).",
    "RolloutState": "`unfinished` chưa xong, `finished` đã xong, `abandoned` bị bỏ (how far a rollout is).",
    "Rounding": "`minute` phút, `hour` giờ, `half_day` 4 giờ làm việc, `day` 8 giờ làm việc: thời hạn đã rút ngắn làm "
    "tròn lên bội số này (a shortened limit is rounded up to a multiple of this).",
    "RungStatus": "`fired` đã báo, `ahead` sẽ báo, `not_now` không báo (where a rung stands).",
    "SortKey": "`code` mã hồ sơ, `received_at` lúc tiếp nhận, `statutory_due` hạn theo quy định, `promised_due` hạn "
    "hẹn trả, `updated_at` thay đổi lần cuối, `ended_at` lúc kết thúc; `late_statutory_minutes`, "
    "`late_promised_minutes` số phút làm việc trễ so với mỗi hạn, của hồ sơ đã kết thúc (by what the found dossiers "
    "are sorted; lateness: in working minutes, of dossiers that have ended).",
    "Status": "`draft` dự thảo, chưa nhận hồ sơ; `active` đang áp dụng; `retired` hết hiệu lực (the status of a "
    "version).",
    "StepKind": "`process` xử lý, `approve` duyệt, `sign` ký (what completing a step means).",
    "SupplementClock": "Bổ sung xong thì: `pause` thời hạn tính tiếp, `restart` tính lại từ đầu (what a completed "
    "supplement does to the clock: it continues, or it starts again).",
    "TerritoryBasis": "`residence` nơi cư trú, `parcel` thửa đất, `seat` trụ sở, `anywhere` nơi nào cũng được: nơi "
    "tiếp nhận có thẩm quyền (what ties the matter to a territory, and so to a competent authority; `anywhere`: the "
    "receiving unit itself is competent).",
    "Timeliness": "`early` trước hạn: trước ngày hẹn; `on_time` đúng hạn: trong ngày hẹn, chưa quá giờ; `late` trễ "
    "hạn; `open` chưa kết luận được vì vượt cuối lịch (early, on time, late, or open: both lie beyond the calendar).",
    "UnitLevel": "`commune` xã; `ward` phường; `township` thị trấn, không còn từ 1/7/2025; `department` sở, ngành, văn "
    "phòng đăng ký đất đai; `provincial_centre` Trung tâm Phục vụ hành chính công tỉnh; `provincial_committee` Ủy ban "
    "nhân dân tỉnh (the kinds of unit; `township`: none since 1 July 2025; `department`: also a land registration "
    "office).",
    "UnitPart": "`receiving` nơi tiếp nhận, `competent` cơ quan có thẩm quyền, `responsible` đơn vị chịu trách nhiệm, "
    "`accountable` đơn vị mà hồ sơ được tính vào: đơn vị chịu trách nhiệm, hoặc hàng chờ, cơ quan có thẩm quyền, nơi "
    "tiếp nhận; `any` bất kỳ trong ba loại đầu (what a unit is for a dossier; `accountable`: the one unit for which "
    "it is "
    "counted).",
    "AssignmentOutcome": "`given` đã giao, `refused` bị từ chối, `open` chưa giao, `undone` đã rút lại (given, "
    "refused, not given, taken back).",
    "WhichWork": "`mine` việc của người gọi; của các đơn vị của người gọi: `unit` mọi việc, `unassigned` bước xử lý "
    "chưa giao ai, `overdue` việc của hồ sơ quá hạn (`mine`: the caller's; in the caller's units: `unit` all, "
    "`unassigned` processing steps that nobody has, `overdue` those of overdue dossiers).",
    "RelativeDays": "Khoảng ngày tính từ hôm nay: `today` hôm nay, `yesterday` hôm qua, `tomorrow` ngày mai, "
    "`before_today` mọi ngày trước hôm nay; `last_week`, `this_week`, `next_week` tuần trước, này, sau (từ thứ Hai); "
    "`last_month`, `this_month`, `next_month` tháng; `last_quarter`, `this_quarter` quý; `last_year`, `this_year` "
    "năm; `last_7_working_days`, `next_3_working_days`, `next_7_working_days` ngày làm việc theo lịch chung của "
    "tỉnh, kể cả hôm nay nếu là ngày làm việc. Mọi trang của một lần tìm theo ngày của trang đầu (days counted from "
    "today: a week begins on Monday; working days are those of the province's calendar, today among them if it is "
    "one; all pages of a search go by the day of the first).",
    "SharedWith": "`nobody` chỉ chủ, `unit` người của một đơn vị và đơn vị trực thuộc, `province` mọi cán bộ (who may "
    "open a saved search beside its owner).",
    "Group": "`all` không chia, `unit` theo đơn vị, `officer` theo người thụ lý, `procedure` theo thủ tục (by what "
    "dossiers are counted apart).",
    "Measure": "Chỉ tiêu trong kỳ: `carried_over` tồn trước, `received` tiếp nhận, `received_online` nộp trực tuyến, "
    "`received_crossing` nộp khác nơi giải quyết, `resolved` đã giải quyết, `returned` trong đó đã trả kết quả, "
    "`ended_otherwise` rút hoặc dừng, `open_at_end` còn lại. Hồ sơ đã giải quyết, theo quy định: `judged_statutory` có "
    "hạn, `kept_statutory` sớm hoặc đúng, `early_statutory` sớm, `on_time_statutory` đúng, `late_statutory` trễ; theo "
    "hẹn trả: `judged_promised`, `kept_promised`, `early_promised`, `on_time_promised`, `late_promised` (numbers over "
    "a period; of resolved dossiers those with the clock, kept, early, on time, late on it).",
    "MeasureNow": "Chỉ tiêu lúc này: `open` đang giải quyết, `due_today` đến hạn hôm nay, `overdue_statutory` quá hạn "
    "quy định, `overdue_promised` quá hẹn trả, `standing_still` đang tạm dừng, `escalated` đã cảnh báo, "
    "`with_incident` có sự cố, `unassigned` chưa phân công (numbers as of now).",
    "WebhookState": "`active` đang gửi, `paused` tạm dừng, `disabled` ngừng: nơi nhận trả lời 410, đã gỡ bỏ "
    "(disabled: the receiver said that it is gone).",
    "WorkingDayMethod": "N ngày làm việc: `eight_hours` là 8 × N giờ làm việc, `civil_code` đếm trọn ngày theo Bộ "
    "luật Dân sự (how N working days are counted: as 8 N working hours, as running systems do, or in whole days).",
}
"""The others, by the name of the schema: Vietnamese, then English in brackets."""
