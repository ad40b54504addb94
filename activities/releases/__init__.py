"""The releases of the worker: which builds ran, and who gave them how much of the work."""
