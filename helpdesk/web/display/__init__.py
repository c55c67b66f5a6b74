"""How things read on the pages: words, marks, formatted mail, figures, events, charts."""
