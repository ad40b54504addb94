"""Measures what a standard dossier costs in the engine and in the baseline, in turn, in one run.

The baseline is a plain workflow with the same commands, calls, timers and rows, but without the domain. The difference
between the two is the cost of the engine itself.

This file imports nothing, because the workflow sandbox imports the package again for each baseline workflow.
"""
