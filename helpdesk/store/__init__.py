"""The database and the use cases, one transaction each."""
