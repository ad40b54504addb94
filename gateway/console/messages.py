"""The sentences of refusals that only the console gives. Vietnamese first."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ConsoleRefusal(CodedSentence):
    """Why a page or a form is refused."""

    SESSION_ENDED = coded(
        "session_ended",
        vi="Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại.",
        en="The session has ended. Sign in again.",
    )
    OTHER_SITE = coded(
        "request_from_other_site",
        vi="Yêu cầu này đến từ một trang khác nên bị từ chối. Hãy mở trang trong hệ thống rồi gửi lại.",
        en="This request came from another site and is refused. Open the page here and send it again.",
    )
    OTHER_PERSON = coded(
        "form_of_other_person",
        vi="Biểu mẫu này được mở khi người khác đăng nhập trên trình duyệt. Hãy tải lại trang rồi làm lại.",
        en="This form was opened while somebody else was signed in with this browser. Load the page again.",
    )
    PAGE_OF_OTHER_PERSON = coded(
        "page_of_other_person",
        vi="Trang này được mở khi người khác đăng nhập trên trình duyệt, nên không còn cập nhật. Hãy tải lại trang.",
        en="This page was opened while somebody else was signed in with this browser, and no longer renews itself. "
        "Load it again.",
    )
    FORM_UNREADABLE = coded(
        "form_unreadable",
        vi="Không đọc được biểu mẫu đã gửi. Hãy tải lại trang rồi gửi lại.",
        en="The form cannot be read. Load the page again and send it again.",
    )
    PAGE_UNKNOWN = coded(
        "page_unknown",
        vi="Không có trang này.",
        en="There is no such page.",
    )
    SIGN_IN_FAILED = coded(
        "sign_in_failed",
        vi="Đăng nhập chưa thành công ({reason}). Hãy thử lại.",
        en="The sign-in did not succeed ({reason}). Try again.",
    )
