"""The supervisor's pages: figures, the roll, the record, brakes, letters."""
