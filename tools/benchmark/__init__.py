"""Measures the engine against its baseline, in one run and interleaved, and says what a standard dossier costs.

The baseline is a bare workflow with the same commands, calls, timers and rows, and no domain. What is left between the
two is what the engine itself costs.

Nothing is imported here: the sandbox of a workflow imports this package anew for each baseline.
"""
