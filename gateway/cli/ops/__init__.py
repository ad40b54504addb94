"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

app = App(name="ops")
