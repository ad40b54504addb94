"""The differences between Temporal and the ledger, and those that a restored database leaves in its own lists."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual, Value


class Difference(StrEnum):
    """One value for each kind of difference."""

    WITHOUT_WORKFLOW = "without_workflow"
    """Something can still follow in the dossier, and no workflow of it runs."""
    WORKFLOW_OF_ENDED = "workflow_of_ended"
    """The workflow runs, and nothing can follow in the dossier any more."""
    WITHOUT_DOSSIER = "without_dossier"
    """The workflow has run for long and has taken nothing, and the ledger has no event of its dossier."""
    WORKFLOW_BEHIND = "workflow_behind"
    """The ledger has events that the workflow has not taken."""
    WORKFLOW_AHEAD = "workflow_ahead"
    """The workflow has taken events that the ledger does not have: the database was restored to an earlier moment. The
    version of the ledger is 0 when it lost the whole dossier."""
    DOUBLED = "doubled"
    """A workflow acts on a dossier that is not the one of its id, so the dossier has two."""
    RULES_UNPUBLISHED = "rules_unpublished"
    """The dossier has pinned a rule that is not published."""
    ORDER_UNRECORDED = "order_unrecorded"
    """The register knows an open payment order that no event of the ledger created."""
    BEYOND_THE_LEDGER = "beyond_the_ledger"
    """A list of a relay or of a webhook names an event that the ledger does not have."""
    CURSOR_AHEAD = "cursor_ahead"
    """A reader of the feed has passed the last event of the ledger."""
    CHILD_UNREPORTED = "child_unreported"
    """An interconnected dossier does not know how the dossier of one of its children stands."""
    UNIQUENESS_MISSING = "uniqueness_missing"
    """A constraint is missing by which each command and each version is written once."""

    @property
    def words(self) -> Bilingual:
        """What is different, for people."""
        return _WORDS[self]

    @property
    def remedy(self) -> Bilingual:
        """What an operator does about it."""
        return _REMEDIES[self]

    @property
    def to_be_restarted(self) -> bool:
        """True when a restart from the ledger removes it, and nothing has to be looked for before."""
        return self in (Difference.WITHOUT_WORKFLOW, Difference.WORKFLOW_BEHIND)


_WORDS = {
    Difference.WITHOUT_WORKFLOW: Bilingual(
        vi="hồ sơ còn mở, không có quy trình đang chạy", en="open in the ledger, and no workflow runs"
    ),
    Difference.WORKFLOW_OF_ENDED: Bilingual(
        vi="quy trình còn chạy, hồ sơ đã kết thúc", en="its workflow runs, and the dossier has ended"
    ),
    Difference.WITHOUT_DOSSIER: Bilingual(
        vi="quy trình đang chạy, sổ cái không có hồ sơ", en="a workflow runs, and the ledger has no such dossier"
    ),
    Difference.WORKFLOW_BEHIND: Bilingual(vi="quy trình chậm hơn sổ cái", en="its workflow is behind the ledger"),
    Difference.WORKFLOW_AHEAD: Bilingual(vi="quy trình đi trước sổ cái", en="its workflow is ahead of the ledger"),
    Difference.DOUBLED: Bilingual(vi="hai quy trình cho một hồ sơ", en="two workflows for one dossier"),
    Difference.RULES_UNPUBLISHED: Bilingual(
        vi="hồ sơ theo quy định chưa công bố", en="follows a rule that is not published"
    ),
    Difference.ORDER_UNRECORDED: Bilingual(
        vi="lệnh thanh toán không có trong sổ cái", en="has a payment order that the ledger does not have"
    ),
    Difference.BEYOND_THE_LEDGER: Bilingual(
        vi="danh sách gửi đi nêu sự kiện không có trong sổ cái",
        en="a list of a relay or webhook names an event that the ledger does not have",
    ),
    Difference.CURSOR_AHEAD: Bilingual(
        vi="nơi đọc đã vượt quá sự kiện cuối của sổ cái", en="a reader has passed the last event of the ledger"
    ),
    Difference.CHILD_UNREPORTED: Bilingual(
        vi="hồ sơ liên thông chưa biết tình trạng của hồ sơ thành phần",
        en="an interconnected dossier does not know how a child stands",
    ),
    Difference.UNIQUENESS_MISSING: Bilingual(
        vi="thiếu ràng buộc ghi mỗi lệnh một lần", en="a constraint is missing that writes each command once"
    ),
}
_RESTART = Bilingual(
    vi="Khởi động lại từ sổ cái, theo một kế hoạch: không mất sự kiện, không việc nào làm hai lần.",
    en="Restart them from the ledger by a plan: no event is lost, nothing is done twice.",
)
_END = Bilingual(
    vi="Xem từng dòng rồi dừng quy trình đó; sổ cái không đổi.",
    en="Look at each row, then end that workflow; the ledger does not change.",
)
_RESTORED = Bilingual(
    vi="Cơ sở dữ liệu đã được phục hồi: dừng mọi tiến trình rồi cho sổ cái chạy tiếp, như mục phục hồi của tài liệu "
    "vận hành.",
    en="The database was restored: stop all processes, then let the ledger go on, as the page on operating says.",
)
_VERIFY = Bilingual(
    vi="Kiểm tra sổ cái để biết chỗ sai, rồi dựng lại các bảng tra cứu.",
    en="Verify the ledger to see what is wrong, then rebuild the read models.",
)
_REMEDIES = {
    Difference.WITHOUT_WORKFLOW: _RESTART,
    Difference.WORKFLOW_BEHIND: _RESTART,
    Difference.WORKFLOW_AHEAD: Bilingual(
        vi="Sổ cái thiếu việc đã làm: tìm bản sao lưu mới hơn trước; không có thì khởi động lại từ sổ cái và làm lại "
        "các việc đó (mục đối chiếu của tài liệu vận hành).",
        en="The ledger lacks what was done: look for a newer backup first; without one restart from the ledger, and "
        "let people act again (the page on operating, reconciling).",
    ),
    Difference.WORKFLOW_OF_ENDED: _END,
    Difference.WITHOUT_DOSSIER: _END,
    Difference.DOUBLED: _END,
    Difference.RULES_UNPUBLISHED: Bilingual(
        vi="Công bố lại quy định từ tệp của tỉnh.",
        en="Publish the rule again from the province's files.",
    ),
    Difference.ORDER_UNRECORDED: _VERIFY,
    Difference.CHILD_UNREPORTED: Bilingual(
        vi="Xem kênh liên kết có chậm hay đã bỏ riêng sự kiện nào không; nếu không thì cho kênh chạy lại từ đầu: chỉ "
        "điều còn khác nhau mới được ghi.",
        en="See whether the relay of links is behind or has set an event aside; otherwise let it begin again: only "
        "what still differs is recorded.",
    ),
    Difference.BEYOND_THE_LEDGER: Bilingual(
        vi="Bỏ mục đó ra khỏi danh sách của kênh, hoặc bỏ qua ở webhook.",
        en="Take the entry off the list of the relay, or skip it at the webhook.",
    ),
    Difference.CURSOR_AHEAD: _RESTORED,
    Difference.UNIQUENESS_MISSING: Bilingual(
        vi="Dừng hệ thống, khôi phục ràng buộc theo tệp nâng cấp, rồi kiểm tra sổ cái.",
        en="Stop the system, restore the constraint as the migrations have it, then verify the ledger.",
    ),
}


_NO_DOSSIER = (
    Difference.WITHOUT_DOSSIER, Difference.DOUBLED, Difference.CURSOR_AHEAD, Difference.UNIQUENESS_MISSING
)  # fmt: skip


class Different(Value):
    """One difference that was confirmed by a second look.

    `name` is the code of the dossier; the id of the workflow for `without_dossier` and `doubled`; else the reader or
    the constraint. `version` is that of the ledger (0: it has no event) and `known` the one of the workflow.
    """

    difference: Difference
    name: str
    version: int | None = None
    known: int | None = None
    run: str | None = None
    detail: str | None = None
    """The dossier that a doubled workflow acts on, the hash of a rule, a payment order, or the list of an entry."""

    @property
    def is_dossier(self) -> bool:
        """True when `name` is the code of a dossier."""
        return self.difference not in _NO_DOSSIER

    @property
    def to_be_ended(self) -> bool:
        """True when the workflow may be ended by an order of its own, because no dossier needs it.

        A dossier that the ledger lost as a whole is among them: nothing is left from which it could be restarted.
        """
        lost = self.difference is Difference.WORKFLOW_AHEAD and self.version == 0
        return lost or self.difference in (Difference.WORKFLOW_OF_ENDED, Difference.WITHOUT_DOSSIER, Difference.DOUBLED)
