"""The formats of event logs: how each is called, what it is for, and what writes it."""

from __future__ import annotations

from enum import StrEnum
from typing import IO, TYPE_CHECKING

from domain.values import Bilingual

if TYPE_CHECKING:
    from gateway.views.event_logs.officers import Officers
    from gateway.views.event_logs.writing import LogWriter


class LogFormat(StrEnum):
    """The formats of event logs."""

    XES = "xes"
    OCEL2 = "ocel2"
    CSV = "csv"
    PARQUET = "parquet"

    @property
    def words(self) -> Bilingual:
        """What the format is."""
        return _WORDS[self]

    @property
    def purpose(self) -> Bilingual:
        """What somebody does with such a file."""
        return _PURPOSES[self]

    @property
    def media_type(self) -> str:
        """The media type of a file."""
        return _MEDIA_TYPES[self]

    @property
    def ending(self) -> str:
        """What the name of a file ends with."""
        return "ocel2.json" if self is LogFormat.OCEL2 else self.value

    def writer(self, file: IO[bytes], officers: Officers) -> LogWriter:
        """What writes a file. Raises InvalidInput `parquet_not_installed`."""
        match self:  # the command line imports this module at each start: the ledger comes with what writes
            case LogFormat.XES:
                from gateway.views.event_logs.xes_file import XesLog

                return XesLog(file, officers)
            case LogFormat.OCEL2:
                from gateway.views.event_logs.ocel_file import OcelLog

                return OcelLog(file, officers)
            case LogFormat.CSV:
                from gateway.views.event_logs.csv_file import CsvLog

                return CsvLog(file, officers)
            case LogFormat.PARQUET:
                from gateway.views.event_logs.parquet_file import ParquetLog

                return ParquetLog(file, officers)

    def require(self) -> None:
        """Raises InvalidInput `parquet_not_installed` when this machine cannot write the format."""
        if self is LogFormat.PARQUET:
            from gateway.views.event_logs.parquet_file import require_parquet

            require_parquet()


_WORDS = {
    LogFormat.XES: Bilingual(vi="XES, chuẩn IEEE 1849", en="XES, the standard IEEE 1849"),
    LogFormat.OCEL2: Bilingual(vi="OCEL 2.0 dạng JSON, theo đối tượng", en="OCEL 2.0 as JSON, object-centric"),
    LogFormat.CSV: Bilingual(vi="bảng, mỗi sự kiện một dòng", en="a table with a row for each event"),
    LogFormat.PARQUET: Bilingual(vi="bảng như csv, dạng Parquet", en="the same table as Parquet"),
}
_PURPOSES = {
    LogFormat.XES: Bilingual(
        vi="Cho phần mềm khai phá quy trình (ProM, Disco, pm4py): vẽ quy trình thật, tìm chỗ tắc và chỗ làm lại.",
        en="For process mining (ProM, Disco, pm4py): draws the real process, finds where it waits and repeats itself.",
    ),
    LogFormat.OCEL2: Bilingual(
        vi="Khi cần thấy cả giấy tờ, thanh toán, kết quả và đơn vị của hồ sơ, không chỉ từng bước của hồ sơ.",
        en="To see also the documents, payments, results and units of dossiers, and not only their steps.",
    ),
    LogFormat.CSV: Bilingual(
        vi="Mở bằng bảng tính hoặc phần mềm thống kê. Bảng tính chỉ mở được khoảng một triệu dòng.",
        en="For spreadsheets and statistics. A spreadsheet opens about a million rows.",
    ),
    LogFormat.PARQUET: Bilingual(
        vi="Cùng bảng như CSV, tệp nhỏ hơn nhiều, giờ và số giữ đúng kiểu: cho người phân tích bằng Python hoặc R.",
        en="The same table in a much smaller file that keeps times and numbers: for analysis with Python or R.",
    ),
}
_MEDIA_TYPES = {
    LogFormat.XES: "application/xml",
    LogFormat.OCEL2: "application/json",
    LogFormat.CSV: "text/csv",
    LogFormat.PARQUET: "application/vnd.apache.parquet",
}
