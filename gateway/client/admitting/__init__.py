"""Who may send a command or give an order: the principal, the roles of today, four eyes, the words of a reason."""
