"""Benchmarks: every figure stands beside a peer or a bound of the same run."""
