"""What the schemas of time limits are: questions, dates, and their derivation."""

from __future__ import annotations

from collections.abc import Mapping

DEADLINES: Mapping[str, str] = {
    "Beyond": "Hạn vượt cuối lịch: được tính khi lịch được kéo dài (the date lies beyond the calendar's end).",
    "BoundDate": "Hạn theo lịch cũ, vẫn ràng buộc, và hạn theo lịch đang áp dụng (one clock's date under an earlier "
    "calendar, which binds, and its date under the calendar in force).",
    "ChangedBy": "Văn bản đã đổi lịch làm việc của một hồ sơ đang mở (a letter that changed the calendar of an open "
    "dossier).",
    "ClockNow": "Một đồng hồ lúc này, hoặc lúc kết thúc; `due` là null khi hạn vượt cuối lịch (one clock now, or at "
    "its end; `due` is null when the date lies beyond the calendar).",
    "CorrectedReceipt": "Một lần đính chính thời điểm tiếp nhận; `binds`: hạn tính từ thời điểm cũ, sớm hơn, vẫn ràng "
    "buộc (the correction of a wrong time of receipt; `binds`: the time before still counts, and its earlier date is "
    "due).",
    "DayLine": "Một ngày: các buổi được tính, hoặc vì sao không tính; `total` cộng dồn đến hết ngày (one day: the "
    "sessions that counted, or why none did; `total` is the time counted up to the day's end).",
    "DeadlineAnswer": "Hai hạn của hồ sơ kèm diễn giải: dạng dữ liệu, và từng dòng cho người đọc (both clocks of a "
    "dossier with their derivation: as data, and as lines for people).",
    "DeadlineAsked": "Câu hỏi tính hạn: thủ tục, hình thức nộp, lúc tiếp nhận (a procedure, how the dossier comes in, "
    "and when it is received).",
    "DeadlineBatch": "Nhiều câu hỏi tính hạn; câu sai nhận lỗi riêng, câu khác vẫn được trả lời (many questions; a "
    "wrong one gets a problem, and the others go on).",
    "DeadlineBatchAnswer": "Mỗi câu hỏi một câu trả lời, theo thứ tự đã gửi (one answer for each question, in their "
    "order).",
    "DeadlineExplained": "Hai hạn tính được kèm diễn giải: dạng dữ liệu, và từng dòng cho người đọc (both dates with "
    "their derivation: as data, and as lines for people).",
    "DeadlineItem": "Một câu hỏi trong nhiều câu, kèm mã do người gọi đặt (one question of a batch, with an id of the "
    "caller's own).",
    "DeadlineItemAnswer": "Trả lời một câu hỏi trong nhiều câu: hai hạn, hoặc lỗi (the answer to one question of a "
    "batch: the dates, or a problem).",
    "Derivation": "Diễn giải đầy đủ một hạn; `counted` là tổng các ngày: thời gian làm việc từ lúc bắt đầu đến hạn, "
    "trừ tạm dừng (the whole derivation of a date; `counted` is the sum over the days: working time from start to "
    "due, minus the pauses).",
    "ExplainedDeadlines": "Diễn giải hai hạn của hồ sơ (the derivation of both dates).",
    "Extension": "Một lần gia hạn bằng phiếu xin lỗi và hẹn lại: ngày hẹn mới, hoặc thời hạn mới tính từ lúc bắt đầu "
    "cũ (a new date, or a new limit from the same start, given by an apology letter).",
    "GreenLine": "Luồng Xanh rút ngắn thế nào: quy định, hạn trước và sau (chưa kể tạm dừng), điều gì quyết định (how "
    "Green Stream shortened the limit: the rule, the date before and after, both without pauses, and what decided).",
    "Holder": "Ai giữ hồ sơ: đơn vị hoặc hệ thống ngoài có mã, hoặc loại khác không có mã (who has the dossier: a "
    "unit or an outside system with its code, or another kind without a code).",
    "NoClock": "Không có hạn này; `reason` cho biết vì sao (there is no such due date, and `reason` says why).",
    "PauseLine": "Một lần tạm dừng; `working` là thời gian làm việc của nó từ lúc bắt đầu đến hạn, không tính phần "
    "trùng lần trước (one pause; `working` is its working time between start and due date, without overlaps with "
    "earlier pauses).",
    "SpentTime": "Thời gian làm việc hồ sơ ở một nơi (the working time one holder had the dossier).",
    "Stretched": "Phần của một buổi nằm từ lúc bắt đầu đến hạn; `counted` được tính, `paused` không tính (the part of "
    "a session between start and due date; `counted` of it counted, `paused` did not).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
