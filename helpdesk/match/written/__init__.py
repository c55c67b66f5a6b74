"""What people write: letters, names and the ways to read them, addresses, Bar IDs, and when two of them agree."""
