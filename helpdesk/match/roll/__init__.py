"""The roll in memory: its records, where to find what, and how often chance brings up anything of it."""
