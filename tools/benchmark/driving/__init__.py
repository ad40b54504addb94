"""Drives standard dossiers of the engine and of the baseline: same commands, same times, with time limits."""
