"""What the machine says when it refuses a file or a port, in Vietnamese as well."""

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
    """Why an OSError came; one that has no Vietnamese words here is told as it came."""
    said = getattr(problem, "strerror", None) or str(problem)
    number = getattr(problem, "errno", None)
    return Bilingual(vi=_VIETNAMESE.get(number, said) if isinstance(number, int) else said, en=said)
