"""The operations on plans of repairs and their runs."""
