"""The words themselves: what is the sender's own, where lines and sentences end, what is history."""
