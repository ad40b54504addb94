"""The outside government systems, one adapter a module. Each call takes a frozen request and returns a frozen result.

`systems.open_outside` creates the adapters. `errors.OutsideError` is the only failure that a caller sees. Temporal
makes the retries.
"""
