"""Approving a reset: by whom, when, and that it can only go to the primary address."""
