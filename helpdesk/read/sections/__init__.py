"""Whose words they are: the sender's own, a signature, history, forwarded mail, notices, boilerplate."""
