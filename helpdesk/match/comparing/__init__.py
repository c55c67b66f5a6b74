"""A claim beside a record: name, number and address, each weighed in bits, and the evidence in a clerk's words."""
