"""Replays on a build of the worker: the register that orders and workers share."""
