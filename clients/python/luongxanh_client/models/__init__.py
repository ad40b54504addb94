"""What is sent and what is answered, as frozen values."""
