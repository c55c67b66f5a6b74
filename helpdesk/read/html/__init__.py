"""HTML as text, with what it hides or may show otherwise kept apart."""
