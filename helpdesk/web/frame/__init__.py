"""What every request and every answer goes through: headers, packing, static files, a second try."""
