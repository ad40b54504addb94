"""What members of staff are told by message: the lines of one event, and the digest that collects them."""
