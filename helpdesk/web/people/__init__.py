"""Signing in, a person's settings, accounts, and the password that is asked for again."""
