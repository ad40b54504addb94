"""The commands of `python -m tools`, one module for each subject."""
