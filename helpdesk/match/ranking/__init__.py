"""Which records are worth comparing, in which order they come, and how probable each is."""
