"""Staff: accounts, sign-in, what each set up for themselves."""
