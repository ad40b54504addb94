"""Replays on a build of the worker over HTTP: ordered, followed, cancelled."""
