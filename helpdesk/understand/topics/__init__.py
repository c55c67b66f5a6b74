"""What a message wants: its category and whatever else it asks."""
