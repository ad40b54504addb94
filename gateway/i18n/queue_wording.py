"""The names of the task queues that serve no outside system."""

from __future__ import annotations

from gateway.i18n.wording import say

QUEUES = {"dossiers": say("hồ sơ", "dossiers"), "rollouts": say("đổi quy định", "changes of rules")}
