"""The outside government systems, one adapter a module: each call takes one frozen request and gives one frozen result.

`systems.open_outside` wires them; `errors.OutsideError` is the only failure a caller sees. Retries are Temporal's.
"""
