"""Names of people: what one looks like, whom a message names, who writes."""
