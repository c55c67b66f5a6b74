"""What staff see and do: lists, tickets, search, notes, many at once."""
