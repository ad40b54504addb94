"""A simulator of the outside government systems: real sockets, real signatures, and faults on demand.

`python -m tools.simulator --port 0` serves all of them; `server.running_simulator` does so inside a test.
"""
