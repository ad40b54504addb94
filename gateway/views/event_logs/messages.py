"""The sentences about event logs that cannot be written."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class EventLogRefusal(CodedSentence):
    """Why no event log was written."""

    PARQUET_NOT_INSTALLED = coded(
        "parquet_not_installed",
        vi="Máy này chưa có thư viện pyarrow nên không ghi được Parquet. Cài: `pip install luongxanh[parquet]`, "
        "hoặc chọn csv.",
        en="The library pyarrow is not installed here, so no Parquet can be written. Install it: "
        "`pip install luongxanh[parquet]`, or choose csv.",
    )
    FILE_EXISTS = coded(
        "file_exists",
        vi="Đã có tệp {path}. Hãy chọn tên khác, hoặc cho phép thay tệp đó. Chưa ghi gì.",
        en="There is a file {path} already. Choose another name, or allow it to be replaced. Nothing was written.",
    )
    KEY_TOO_SHORT = coded(
        "pseudonym_key_too_short",
        vi="Khóa trong {path} ngắn hơn {least} byte, nên có thể đoán ra cán bộ. Hãy tạo khóa: "
        "`head -c 32 /dev/urandom > {path}`. Chưa ghi gì.",
        en="The key in {path} is shorter than {least} bytes, so that officers could be guessed. Make one: "
        "`head -c 32 /dev/urandom > {path}`. Nothing was written.",
    )
    OFFICERS_NEED_AN_ORDER = coded(
        "officers_need_an_order",
        vi="Tệp có mã cán bộ thì cần người vận hành ra lệnh và lý do; cả hai được lưu lại. Chưa ghi gì.",
        en="A file with the codes of officers needs the order of an operator and a reason; both are recorded. Nothing "
        "was written.",
    )
