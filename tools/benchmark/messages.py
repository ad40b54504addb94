"""The errors of the benchmark."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded
from gateway.cli.problems import Exit
from workers.errors import CodedError


class BenchRefusal(CodedSentence):
    """Why nothing was measured, or nothing compared."""

    NOT_A_BENCH = coded(
        "not_a_bench",
        vi="{path} không phải kết quả của make bench: {problem_vi}. Hãy nêu một tệp bench.json của lần đo trước.",
        en="{path} is not a result of make bench: {problem_en}. Name a bench.json of an earlier measurement.",
    )
    NOTHING_MEASURED = coded(
        "nothing_measured",
        vi="Chưa đo được: quá nhiều hồ sơ không chạy hết ({not_finished}), ví dụ {key}: {problem}. "
        "Hãy xem máy có đang quá tải không, rồi chạy lại.",
        en="Nothing was measured: too many dossiers did not finish ({not_finished}), such as {key}: "
        "{problem}. See whether the machine is overloaded, then run again.",
    )
    NO_TEMPLATE = coded(
        "no_template",
        vi="Chưa đo được: trong {tries} hồ sơ mẫu không hồ sơ nào đi đúng các bước của hồ sơ chuẩn, vì máy quá chậm. "
        "Hãy xem máy có quá tải không, rồi chạy lại.",
        en="Nothing was measured: none of {tries} dossiers did exactly what a standard dossier does, because the "
        "machine is too slow. See whether it is overloaded, then run again.",
    )
    PEER_NOT_INSTALLED = coded(
        "peer_not_installed",
        vi="Chưa đo được với {peer}: thiếu thư viện {package}. Hãy chạy make install.",
        en="{peer} cannot be measured: the package {package} is missing. Run make install, or install the extra "
        "`peers` of this project.",
    )
    REQUEST_REFUSED = coded(
        "request_refused",
        vi="Chưa đo được: cổng HTTP trả lời {status} cho {request}: {problem}",
        en="Nothing was measured: the API answered {status} to {request}: {problem}",
    )
    RESTATE_SERVER_MISSING = coded(
        "restate_server_missing",
        vi="Không tìm thấy máy chủ {peer} ({program}). Chương trình này nằm trong gói {package}: hãy cài gói đó, "
        "rồi nêu đường dẫn bằng {option} hoặc biến {variable}.",
        en="The server of {peer} was not found ({program}). It is in the npm package {package}: install that, then "
        "name the program with {option} or in the variable {variable}.",
    )
    SERVER_SILENT = coded(
        "server_silent",
        vi="Một máy chủ của lần đo không trả lời trong {seconds} giây. Hãy xem máy có quá tải không, rồi chạy lại.",
        en="A server of the benchmark did not answer within {seconds} seconds. See whether the machine is overloaded, "
        "then run again.",
    )


class BenchError(CodedError):
    """The benchmark has no result."""

    exit_code = Exit.FAILED

    def __init__(self, code: BenchRefusal, /, **facts: object) -> None:
        super().__init__(code, **facts)
