"""The messages of the YAML parser, in Vietnamese."""

from __future__ import annotations

from domain.values import Bilingual

_VIETNAMESE = {
    "did not find expected '-' indicator": "mục của danh sách phải bắt đầu bằng dấu -, thụt lề bằng nhau",
    "did not find expected key": "thiếu khóa, hoặc thụt lề không bằng các dòng cùng mục",
    "did not find expected node content": "thiếu giá trị",
    "did not find expected ',' or '}'": "thiếu dấu phẩy hoặc dấu }",
    "did not find expected ',' or ']'": "thiếu dấu phẩy hoặc dấu ]",
    "did not find expected <document start>": "có nội dung thừa, hoặc thụt lề sai",
    "did not find expected alphabetic or numeric character": "sau & hoặc * phải là một tên",
    "did not find expected comment or line break": "sau dấu | hoặc > phải xuống dòng",
    "did not find expected whitespace or line break": "thiếu khoảng trắng",
    "did not find expected hexdecimal number": "sai ký hiệu sau dấu gạch chéo ngược",
    "did not find expected tag URI": "nhãn (!) viết sai",
    "did not find expected '!'": "nhãn (!) viết sai",
    "did not find the expected '>'": "nhãn (!<…>) chưa đóng",
    "found undefined tag handle": "nhãn (!) chưa khai báo",
    "could not find expected ':'": "thiếu dấu hai chấm sau khóa",
    "could not find expected directive name": "chỉ dẫn (%) viết sai",
    "found unknown directive name": "chỉ dẫn (%) viết sai",
    "found incompatible YAML document": "phiên bản YAML không dùng được",
    "found duplicate %YAML directive": "chỉ dẫn %YAML viết hai lần",
    "found unexpected ':'": "dấu hai chấm không đặt ở đây được; hãy đặt chữ trong dấu nháy",
    "found unexpected end of stream": "chữ trong dấu nháy chưa đóng",
    "found unexpected document indicator": "chữ trong dấu nháy chưa đóng",
    "found unknown escape character": "sai ký hiệu sau dấu gạch chéo ngược",
    "found invalid Unicode character escape code": "sai ký hiệu sau dấu gạch chéo ngược",
    "found a tab character that violates indentation": "thụt lề bằng phím Tab; hãy dùng dấu cách",
    "found a tab character where an indentation space is expected": "thụt lề bằng phím Tab; hãy dùng dấu cách",
    "found an indentation indicator equal to 0": "số sau dấu | hoặc > phải từ 1",
    "found character that cannot start any token": "chữ không thể bắt đầu bằng ký tự này; hãy đặt trong dấu nháy",
    "block sequence entries are not allowed in this context": "dấu - không đặt ở đây được",
    "mapping keys are not allowed in this context": "dấu ? không đặt ở đây được",
    "mapping values are not allowed in this context": "dấu hai chấm không đặt ở đây được; hãy xem thụt lề",
    "control characters are not allowed": "có ký tự điều khiển",
    "special characters are not allowed": "có ký tự điều khiển",
}
"""The keys are the messages of libyaml. PyYAML without libyaml uses its own parser, which has other messages."""
_OTHERWISE = "bộ đọc YAML không hiểu chỗ này"


def yaml_says(problem: str | None) -> Bilingual:
    """The parser's message in both languages. An unknown message gets a general sentence in Vietnamese."""
    english = problem or "not understood"
    return Bilingual(vi=_VIETNAMESE.get(english, _OTHERWISE), en=english)
