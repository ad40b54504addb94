"""Every enumeration of coded sentences: those of `domain/messages/`, and of every module named `messages`."""

from __future__ import annotations

import importlib
import pkgutil

import activities
import domain
import gateway
import tools
import workers
from domain.messages.coded import CodedSentence


def _enumerations() -> tuple[type[CodedSentence], ...]:
    for package in (domain, activities, gateway, workers, tools):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".messages") or module.name.startswith("domain.messages."):
                importlib.import_module(module.name)
    return tuple(CodedSentence.__subclasses__())


EVERY = _enumerations()
