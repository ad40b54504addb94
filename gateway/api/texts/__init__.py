"""The words of the OpenAPI document that types do not have: what each operation does, and what each field means."""
