"""Measures the engine against its floor, in one run and interleaved, and says what a standard dossier costs.

The floor is a bare workflow with the same commands, the same calls, the same timers and the same rows, and no domain:
what is left between the two is what the engine itself costs.

Nothing is imported here: the sandbox of a workflow imports this package anew for each floor.
"""
