"""What needs no staff at the desk: the one-time link, probes, the demo's mail."""
