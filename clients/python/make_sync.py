"""Makes the synchronous client from the asynchronous one, so that their logic is written once.

`python make_sync.py` writes it. A test compares what is kept with what would be made.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "luongxanh_client"
SOURCE, MADE = PACKAGE / "asynchronous", PACKAGE / "synchronous"
OWN = ("waiting.py",)
"""What each flavour has for itself."""
RUFF = (str(Path(sys.executable).with_name("ruff")),)
CHANGES = (
    (r"\bAsyncGenerator\[(\w+), None\]", r"Generator[\1, None, None]"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync (?=def|for|with)", ""),
    (r"\bawait ", ""),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"\baclosing\b", "closing"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"__a(enter|exit|iter|next)__", r"__\1__"),
    (r"\ba(close|read)\(", r"\1("),
    (r"\baiter_", "iter_"),
    (r"  # noqa: ASYNC\d+", ""),
    (r"\basynchronous\b", "synchronous"),
)


def made_from(name: str, text: str) -> str:
    """The synchronous module of an asynchronous one."""
    for pattern, instead in CHANGES:
        text = re.sub(pattern, instead, text)
    text = f"# Made from asynchronous/{name} by make_sync.py: do not edit.\n{text}"
    for command in (("check", "--quiet", "--fix", "--select", "I,F401"), ("format", "--quiet")):
        place = ("--stdin-filename", str(MADE / name), "-")
        text = subprocess.run([*RUFF, *command, *place], input=text, capture_output=True, text=True, check=True).stdout
    return text


def modules() -> dict[str, str]:
    """Each synchronous module by its name, as it should be."""
    made = {path.name: path.read_text(encoding="utf-8") for path in sorted(SOURCE.glob("*.py"))}
    return {name: made_from(name, text) for name, text in made.items() if name not in (*OWN, "__init__.py")}


def main() -> None:
    """Writes them."""
    for name, text in modules().items():
        (MADE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
