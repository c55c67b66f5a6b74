"""How mail is written down: parts, headers, encodings, addresses, dates and ids as the bytes spell them."""
