"""Signing in at the province's OIDC issuer, by the authorization code flow with PKCE (RFC 6749, 7636, 9700)."""
