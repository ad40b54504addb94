"""Tests that the synchronous client is the asynchronous one without its waiting."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from typing import Any

from luongxanh_client import AsyncLuongXanh, LuongXanh

CLIENT = Path(__file__).parents[3] / "clients" / "python"


def _maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_sync", CLIENT / "make_sync.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_synchronous_client_is_what_would_be_made() -> None:
    """Nobody has changed one without the other. Remedy: run clients/python/make_sync.py."""
    maker = _maker()
    kept = {path.name: path.read_text(encoding="utf-8") for path in maker.MADE.glob("*.py")}
    made = maker.modules()
    assert {name: text for name, text in kept.items() if name in made} == made
    assert set(kept) == {*made, *maker.OWN, "__init__.py"}


def test_nothing_of_the_waiting_is_left() -> None:
    """No made module has a word of asynchronous code."""
    for name, text in _maker().modules().items():
        assert not [word for word in ("async", "await", "Async", "asyncio", "anext") if word in text[70:]], name


def test_both_clients_have_the_same_methods() -> None:
    """With the same parameters."""
    for part in (None, "rules", "events", "webhooks"):
        one, other = (_part(client, part) for client in (AsyncLuongXanh("http://x"), LuongXanh("http://x")))
        assert one == other
        assert one


def _part(client: Any, part: str | None) -> dict[str, list[str]]:
    held = client if part is None else getattr(client, part)
    methods = inspect.getmembers(held, callable)
    return {name: list(inspect.signature(method).parameters) for name, method in methods if not name.startswith("_")}
