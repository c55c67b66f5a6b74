"""The ticket's page and everything staff do there."""
