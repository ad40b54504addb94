"""A development issuer: a real OIDC provider for the embedded stack, with a sign-in page where one chooses who to be.

It asks for no password. It must never be reachable from another machine, and no province may trust it.
"""
