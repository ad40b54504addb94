"""The citizen's page: a dossier by its code and the secret on the receipt, on a phone, without a sign-in."""
