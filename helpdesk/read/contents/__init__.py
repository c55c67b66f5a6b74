"""Which parts are the text of a mail, and what else is attached."""
