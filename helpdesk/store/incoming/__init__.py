"""Mail on its way in: the ledger, the ticket it becomes or joins, what is set aside, how long it is kept."""
