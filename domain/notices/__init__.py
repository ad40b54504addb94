"""What applicants and members of staff are told of one event, and the digest that collects the lines of staff."""
