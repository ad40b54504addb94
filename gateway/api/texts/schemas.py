"""What the values of enumerations mean, and what some schemas are. Others keep the first line of their class."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import PauseGround
from domain.dossier.commands import ApplicantField, Charge, Handback
from domain.dossier.state import State
from domain.outside_systems import SYSTEM_NAMES, System
from domain.procedures.procedure import Channel
from domain.roles import Role
from domain.values import Bilingual
from gateway.i18n.wording import CHANNELS, CHARGES, CLOCKS, HANDBACK, PARTICULARS, ROLES, say

WORDS: Mapping[type[StrEnum], tuple[Bilingual, Mapping[Any, Bilingual]]] = {
    State: (say("Trạng thái hồ sơ", "The state of a dossier"), {state: state.words for state in State}),
    Role: (say("Vai trò", "A role"), ROLES),
    Channel: (say("Hình thức nộp", "How it was filed"), CHANNELS),
    Handback: (say("Cách trả kết quả", "How the result was returned"), HANDBACK),
    Charge: (say("Khoản phải nộp", "What is to be paid"), CHARGES),
    WhichClock: (say("Hạn nào", "Which of the two dates"), CLOCKS),
    PauseGround: (say("Vì sao tạm dừng", "Why the clocks stand still"), {one: one.words for one in PauseGround}),
    ApplicantField: (say("Thông tin của chủ hồ sơ", "A particular of the applicant"), PARTICULARS),
    System: (say("Hệ thống ngoài", "An outside system"), SYSTEM_NAMES),
}
SCHEMAS: Mapping[str, str] = {
    "ActStatus": "`pending` chờ ghi sổ, `recorded` đã ghi, `refused` bị từ chối (how far an act has come).",
    "Beyond": "Hạn vượt cuối lịch: được tính khi lịch được kéo dài (the date lies beyond the calendar's end).",
    "ClockNow": "Một đồng hồ lúc này, hoặc lúc kết thúc; `due` là null khi hạn vượt cuối lịch (one clock now, or at "
    "its end; `due` is null when the date lies beyond the calendar).",
    "CloudEvent": "Một sự kiện theo CloudEvents 1.0; thuộc tính không có giá trị thì vắng mặt (an event; an "
    "attribute without a value is absent).",
    "CorrectApplicant": "Sửa thông tin chủ hồ sơ: thông tin mới gửi ở `applicant` của lệnh; ở đây chỉ ghi `entry` "
    "(the new particulars are sent in `applicant`; here only `entry` is given).",
    "CountingRule": "Thời hạn đếm theo cách nào (by which rule a limit is counted).",
    "DecidedBy": "`green` Luồng Xanh, `legal_minimum` mức tối thiểu, `statutory` thời hạn quy định (which rule gave "
    "it).",
    "ExplainedDeadlines": "Diễn giải hai hạn của hồ sơ (the derivation of both dates).",
    "Going": "`running` đang chạy, `paused` tạm dừng, `ended` đã kết thúc, `ended_without_result` kết thúc mà không "
    "có kết quả (how a clock stands).",
    "HolderKind": "`unit` đơn vị, `applicant` người nộp, `outside_system` hệ thống ngoài, `signing` ký số, `payment` "
    "chờ nộp phí, `suspended` tạm dừng xử lý (who has the dossier and uses its time).",
    "ItemState": "`pending` chưa làm, `done` đã đổi, `unchanged` không phải đổi, `refused` bị từ chối, `waiting` "
    "đang chờ, `abandoned` bị bỏ lại (the outcome of a rollout for a dossier).",
    "Level": "`commune` cấp xã, `province` cấp tỉnh (whose authority resolves the procedure).",
    "LimitUnit": "`working_day` ngày làm việc, `calendar_day` ngày, `hour` giờ, `month` tháng, `same_day` trong ngày "
    "(the five kinds of limit).",
    "Status": "`draft` dự thảo, chưa nhận hồ sơ; `active` đang áp dụng; `retired` đã bãi bỏ (the status of a version).",
    "StepKind": "`process` xử lý, `approve` duyệt, `sign` ký (what completing a step means).",
    "Timeliness": "`early` trước hạn: trước ngày hẹn; `on_time` đúng hạn: trong ngày hẹn, chưa quá giờ; `late` trễ "
    "hạn; `open` chưa kết luận được vì vượt cuối lịch (early, on time, late, or open: both lie beyond the calendar).",
    "UnitPart": "`receiving` nơi tiếp nhận, `competent` cơ quan có thẩm quyền, `responsible` đơn vị chịu trách "
    "nhiệm, `any` bất kỳ (what a unit is for a dossier).",
    "WebhookState": "`active` đang gửi, `paused` tạm dừng, `disabled` ngừng: nơi nhận trả lời 410, đã gỡ bỏ "
    "(disabled: the receiver said that it is gone).",
    "Weekday": "Thứ trong tuần (the day of the week).",
    "Window": "Từ `since`, đến trước `before`; bỏ trống: không giới hạn phía đó (from `since`, before `before`).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""


def describe_schemas(schemas: dict[str, Any]) -> None:
    """Replaces what a class says to programmers of this house by words for those of others."""
    for kind, (title, words) in WORDS.items():
        if kind.__name__ in schemas:
            schemas[kind.__name__]["description"] = _values(kind, title, words)
    for name, text in SCHEMAS.items():
        schemas[name]["description"] = text


def _values(kind: type[StrEnum], title: Bilingual, words: Mapping[Any, Bilingual]) -> str:
    vi = ", ".join(f"`{value}` {words[value].vi}" for value in kind)
    en = ", ".join(f"`{value}` {words[value].en}" for value in kind)
    return f"{title.vi}: {vi}.\n\n{title.en}: {en}."
