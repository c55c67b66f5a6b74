"""Mail on its way out: the outbox, replies and their limits, one-time links, what the SMTP door is given."""
