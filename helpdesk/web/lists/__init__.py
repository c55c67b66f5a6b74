"""Lists of tickets and of work, search, and what is done to several tickets at once."""
