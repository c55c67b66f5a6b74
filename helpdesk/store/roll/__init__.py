"""The court's roll: importing it, whose its records are, where their mail goes."""
