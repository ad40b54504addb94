"""Tests of a stack's state, and of the settings that it writes for other processes."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.vietnamese import foreign
from tools.local_stack import APP_ROLE, OWNER_ROLE, Running, StackError, StackState, read_state
from tools.local_stack.settings_file import write_settings
from workers.settings import load_settings


def component(name: str, **urls: str) -> Running:
    return Running(name=name, pid=1, birth="-", urls=urls, log=Path("log"), started_at=datetime(2026, 1, 5, tzinfo=UTC))


def test_a_running_stack_tells_every_address(tmp_path: Path) -> None:
    """The settings find every address in a private file, with the API for callbacks."""
    components = (
        component("postgres", **{APP_ROLE: "postgresql://app@here/x", OWNER_ROLE: "postgresql://owner@here/x"}),
        component("temporal", frontend="127.0.0.1:7", ui="http://127.0.0.1:8"),
        component("simulator", http="http://127.0.0.1:9"),
        component("api", http="http://127.0.0.1:10"),
    )
    write_settings(tmp_path, StackState(components=components))
    assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600
    settings = load_settings({}, tmp_path)
    assert settings.database_url == "postgresql://app@here/x"
    assert settings.database_admin_url == "postgresql://owner@here/x"
    assert settings.temporal_address == "127.0.0.1:7"
    assert settings.outside_file == str(tmp_path / "run" / "outside.json")
    assert settings.callback_url == "http://127.0.0.1:10/v1/payments/callback"


def test_what_was_stopped_is_told_no_longer(tmp_path: Path) -> None:
    """The address of a stopped server is not in the settings, and a command says that the stack does not run."""
    state = StackState(components=(component("temporal", frontend="127.0.0.1:7"),))
    write_settings(tmp_path, state)
    write_settings(tmp_path, state.without_component("temporal"))
    assert load_settings({}, tmp_path).temporal_address is None


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"components": 1}', b"\xff", b"", b'{"components": [{"name": 1}]}'])
def test_a_state_that_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    """An unreadable state is reported in both languages with a remedy, without its content."""
    (tmp_path / "state.json").write_bytes(content)
    with pytest.raises(StackError, match="state_unreadable") as problem:
        read_state(tmp_path)
    assert "pydantic" not in str(problem.value.facts) + problem.value.message.en
    vietnamese = problem.value.message.vi.split("state.json: ")[1].split("\n")[0]
    assert list(foreign(re.sub(r"^[\w.–]+: ", "", vietnamese))) == []
