"""The text of a digest: how many dossiers, by urgency, the most urgent first, and where to look; never too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.dossier.state import OPEN, State
from domain.rules.notice_policy import StaffMatter
from domain.text.printable import printable
from domain.values import Code, Instant, Value

LONGEST = 335
"""Five parts of a text message with Vietnamese letters, 67 characters each."""
WHERE = "Xem Danh sách việc."

_WORDS = {
    StaffMatter.SIGNING_HANDED_OVER: "chờ ký thay",
    StaffMatter.CLIMBED: "chưa ai trả lời",
    StaffMatter.TAKEN_OVER: "chuyển lên xử lý",
    StaffMatter.OVERDUE: "quá hạn",
    StaffMatter.HANDED_BACK: "được trả lại",
    StaffMatter.WAITS: "chờ quá lâu",
    StaffMatter.WARNED: "sắp đến hạn",
}
"""What is said of each, and counted."""
_CLOSED = "đã xong"
_ORDER = tuple(StaffMatter)


class DigestLine(Value):
    """One line of a digest. `state`: that of the dossier when the digest is made; None: it is not known."""

    dossier: Code
    matter: StaffMatter
    due: Instant | None = None
    answer_by: Instant | None = None
    state: State | None = None

    @property
    def closed(self) -> bool:
        """True when nobody works on the dossier any more."""
        return self.state is not None and self.state not in OPEN


def digest_text(lines: Iterable[DigestLine]) -> str:
    """The digest of one recipient: one or more lines, of which each dossier is named at most once."""
    dossiers = most_urgent_first(lines)
    head = f"{len(dossiers)} hồ sơ: {_counts(dossiers)}." if len(dossiers) > 1 else ""
    for named in range(len(dossiers), 0, -1):
        text = _joined(head, dossiers[:named], len(dossiers) - named)
        if len(text) <= LONGEST:
            return printable(text)
    return printable(f"{head} {WHERE}".strip())


def most_urgent_first(lines: Iterable[DigestLine]) -> list[DigestLine]:
    """The most urgent line of each dossier. Closed dossiers are last; of equals that with the earlier date is first."""
    first: dict[str, DigestLine] = {}
    for line in sorted(lines, key=_urgency):
        first.setdefault(line.dossier, line)
    return list(first.values())


def _urgency(line: DigestLine) -> tuple[bool, int, bool, float, str]:
    date = line.answer_by or line.due
    return line.closed, _ORDER.index(line.matter), date is None, date.timestamp() if date else 0.0, line.dossier


def _counts(dossiers: Sequence[DigestLine]) -> str:
    counted = Counter(_CLOSED if line.closed else _WORDS[line.matter] for line in dossiers)
    return ", ".join(f"{count} {words}" for words, count in counted.items())


def _joined(head: str, named: Sequence[DigestLine], left: int) -> str:
    listed = "; ".join(map(_said, named))
    more = f"; và {left} hồ sơ khác" if left else ""
    start = f"{head} Gấp nhất: " if head and not named[0].closed else f"{head} " if head else "Hồ sơ "
    return f"{start}{listed}{more}. {WHERE}"


def _said(line: DigestLine) -> str:
    """`H42.1-250707-0001 quá hạn 10:00 12/07, trả lời trước 10:00 13/07`. A closed dossier says so instead."""
    due = f" {_short(line.due)}" if line.due else ""
    if line.closed and line.state is not None:
        return f"{line.dossier} {_WORDS[line.matter]}{due}, nay {_lower_first(line.state.vi)}"
    answer = f", trả lời trước {_short(line.answer_by)}" if line.answer_by else ""
    return f"{line.dossier} {_WORDS[line.matter]}{due}{answer}"


def _short(at: datetime) -> str:
    return f"{at:%H:%M %d/%m}"


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
