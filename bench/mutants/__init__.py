"""Each guard of the invariants is taken away once; a test must notice."""
