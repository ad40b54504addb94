"""The operating system's errors about files and ports, in Vietnamese and English."""

from __future__ import annotations

import errno

from domain.values import Bilingual

_VIETNAMESE = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EISDIR: "đây là thư mục",
    errno.ENOTDIR: "đây không phải thư mục",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "đã hết hạn mức đĩa",
    errno.EROFS: "ổ đĩa chỉ đọc",
    errno.EEXIST: "đã có tệp này",
    errno.ENAMETOOLONG: "tên tệp quá dài",
    errno.ELOOP: "liên kết tệp vòng lặp",
    errno.EMFILE: "mở quá nhiều tệp",
    errno.EIO: "lỗi đọc, ghi thiết bị",
    errno.EADDRINUSE: "địa chỉ đang được dùng",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó",
    errno.EFBIG: "tệp lớn quá mức cho phép",
    errno.ENXIO: "không có thiết bị, hoặc không ai đọc ở đó",
    errno.ENOTEMPTY: "thư mục không trống",
    errno.EXDEV: "hai nơi ở hai ổ đĩa khác nhau",
    errno.ENOMEM: "máy hết bộ nhớ",
}


def machine_says(problem: BaseException) -> Bilingual:
    """The reason of an OSError; without a translation here, the English text stands in both languages."""
    english = getattr(problem, "strerror", None) or str(problem)
    number = getattr(problem, "errno", None)
    return Bilingual(vi=_VIETNAMESE.get(number, english) if isinstance(number, int) else english, en=english)
