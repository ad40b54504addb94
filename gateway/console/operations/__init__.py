"""The operators' pages: what is in trouble, what waits, who works, and the orders that operators give."""
