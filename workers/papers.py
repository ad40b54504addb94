"""What a process shows at locked doors: certificates, keys, secrets. Read from files, so that no list of processes
and no environment shows them."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from domain.values import Strict
from workers.stack.errors import StackError


class TemporalPapers(Strict):
    """With what Temporal is called. Without TLS the rest is empty."""

    tls: bool
    ca: bytes | None
    certificate: bytes | None
    key: bytes | None
    server_name: str | None
    api_key: SecretStr | None

    def __repr__(self) -> str:
        """Keys are shown to nobody."""
        return f"TemporalPapers(tls={self.tls})"


def read_paper(variable: str, path: Path) -> bytes:
    """A file that a setting names. Raises `StackError` `setting_invalid`, which names the variable."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise _wrong(variable, f"{path}: {problem.strerror}") from None
    if not content.strip():
        raise _wrong(variable, f"{path}: rỗng (empty)")
    return content


def read_secret(variable: str, path: Path) -> SecretStr:
    """A secret that stands alone in its file, without the line's end."""
    try:
        return SecretStr(read_paper(variable, path).decode("ascii").strip())
    except UnicodeDecodeError:
        raise _wrong(variable, f"{path}: không phải ASCII (not ASCII)") from None


def missing_beside(variable: str, other: str) -> StackError:
    """A certificate without its key, or a key without its certificate."""
    return _wrong(variable, f"cần đi cùng {other} (needed beside {other})")


def _wrong(variable: str, problem: str) -> StackError:
    return StackError("setting_invalid", problems=f"  {variable}: {problem}")
