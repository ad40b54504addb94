"""What the receiver of a relay does when every event is handed on again, for the command line and the console."""

from __future__ import annotations

from gateway.i18n.wording import say

REPEATED = {
    "portal": say(
        "Cổng nhận lại tình trạng hiện nay của từng hồ sơ và từng bước đã xong: nhận hai lần cũng như một lần.",
        "The portal is told again how each dossier stands now, and each step done: told twice is as told once.",
    ),
    "notices": say(
        "Tin đã có dòng trong sổ thì không ai nhận lần thứ hai, kể cả tin do bản cũ đã gửi. Tin chưa có dòng sẽ được "
        "ghi và gửi.",
        "Nobody gets a notice a second time that has its row, or that an earlier release has sent. What has no row is "
        "written and sent.",
    ),
    "interconnection": say(
        "Mỗi trạng thái giữ mã cũ: phần mềm liên thông trả lời “đã tồn tại” thì không ghi lần thứ hai.",
        "Each status keeps its key: the interconnection software answers that it exists, and records it once.",
    ),
    "documents": say(
        "Mỗi văn bản giữ mã cũ: văn bản đã lên trục thì không gửi lần thứ hai.",
        "Each document keeps its identifier: one that the axis has is not sent a second time.",
    ),
    "assigner": say(
        "Chỉ hồ sơ hiện còn chờ phân công mới được phân công: hồ sơ đã có cán bộ giữ nguyên.",
        "Only dossiers that wait for an officer now are given one: whoever has a dossier keeps it.",
    ),
    "link": say(
        "Hồ sơ liên thông và các hồ sơ thành phần được đối chiếu lại: chỉ điều còn khác nhau mới được ghi.",
        "Interconnected dossiers and their children are compared again: only what still differs is recorded.",
    ),
}
"""What the receiver does when every event is sent again."""

CURSOR_GONE = say(
    "Con trỏ của kênh đã mất nên không biết kênh đã chuyển đến đâu.",
    "Its cursor is gone, so it is not known how far it was.",
)
