"""A simulator of the outside government systems: real sockets, real signatures, and misbehaviour on demand.

`python -m tools.simulator --port 0` serves all of them; `server.running_simulator` does so inside a test.
"""
