"""Finds what does not belong in a Vietnamese sentence: words that are no Vietnamese syllable, and machine dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_NUCLEUS = "(?:uye|uya|uyu|oai|oay|oao|oeo|uay|uoi|uou|ieu|yeu|uao|[aeiouy]{1,2})"
_CODA = "(?:ng|nh|ch|[cmnpt])?"
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}")
_WORD = re.compile(r"[A-Za-zÀ-ỹĐđ_]+")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_SAID = re.compile(
    r"\{\w*(?::\w+)?\}|`[^`]*`|\([a-z_]+\)|--[a-z-]+|\.\.?/\S+|\S+\.(?:ya?ml|json|jsonl|py)\b"
    r"|(?:như|mẫu|TỪ/ĐẾN,) \"?[0-9-]+T[0-9:+/T-]+|(?:như|dạng|mẫu|ví dụ):? [0-9-]+"
    r"|\[[^\]]*\]|_(?=[,. ]) ?"
    r"|luongxanh ops [a-z-]+(?: [a-z-]+)?|(?:luongxanh|make) [a-z-]+(?: [a-z-]+)?"
)
"""Facts, code, commands in brackets, options, files, and examples to type."""
KNOWN = frozenset(
    {
        "algorithm", "api", "ascii", "base", "byte", "cccd", "chmod", "chown", "commit", "csv", "docker", "ed", "false",
        "genpkey", "git", "grpc", "gz", "hex", "http", "https", "id", "internet", "iso", "json", "jsonl", "libc", "log",
        "mb", "nfc", "nobody", "null", "openssl", "parquet", "pid", "postgresql", "public", "pyarrow", "python", "qr",
        "rand", "root", "sha", "sms", "sql", "tab", "temporal", "tls", "true", "ttg", "umask", "unicode", "unix", "url",
        "utf", "vneid", "web", "webhook", "whl", "xlsx", "yaml",
    }
)  # fmt: skip
"""Names and technical terms that Vietnamese texts use."""


def foreign(text: str, also: frozenset[str] = frozenset()) -> Iterator[str]:
    """Everything in a Vietnamese text that is not Vietnamese. `also`: additional allowed words."""
    text = _NOT_SAID.sub(" ", text)
    yield from _ISO.findall(text)
    for word in _WORD.findall(text):
        known = word.lower() in KNOWN or word.isupper() or word in also
        if not known and ("_" in word or not _is_vietnamese(word)):
            yield word


def _is_vietnamese(word: str) -> bool:
    """Whether the word, without its marks, is one syllable, or a single letter."""
    letters = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return len(plain) == 1 or _SYLLABLE.fullmatch(plain) is not None
