"""Who: units, posts and people as dated data; who is competent; how units merge."""
