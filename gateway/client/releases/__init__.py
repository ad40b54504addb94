"""The builds of the worker at Temporal: which gets how much of the work, and how operators change that."""
