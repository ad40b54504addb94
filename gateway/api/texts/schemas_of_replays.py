"""What the schemas of replays are."""

from __future__ import annotations

from collections.abc import Mapping

REPLAYS: Mapping[str, str] = {
    "FailedHistoryAnswer": "Một lịch sử không phát lại được: sự kiện khác đầu tiên, dòng mã đã đòi, cách sửa; `code` "
    "null: Temporal không còn lịch sử (a history that does not replay: the first event that differs, the line of code "
    "that asked, the remedy; `code` null: Temporal has no history).",
    "PlaceInCode": "Một dòng của mã nguồn (a line of the code).",
    "ReplayAnswer": "Một lần phát lại, và một trang lịch sử không phát lại được; giữ 500 cái đầu (one replay, and a "
    "page of the histories that do not replay; the first 500 are kept).",
    "BuildReplayBody": "Trên bản nào, và lịch sử nào: theo mã, theo bộ lọc, hoặc mọi hồ sơ đang mở (on which build, "
    "and which histories: by codes, by a filter, or everything open).",
    "ReplayDifference": "Sự kiện đầu tiên mà lịch sử và mã khác nhau, theo lời của Temporal (the first event where "
    "history and code differ, in the words of Temporal).",
    "ReplayPage": "Một trang lần phát lại, mới trước (a page of replays, the newest first).",
    "ReplayProblem": "Vì sao lần phát lại bị ngắt (why a replay was broken off).",
    "ReplayRunAnswer": "Một lần phát lại: trên bản nào, gì, đến đâu, kết thúc thế nào (one replay: on which build, of "
    "what, how far it is, how it ended).",
    "ToldRemedy": "Cách sửa, kèm mã (what to do, with its code).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
