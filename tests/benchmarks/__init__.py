"""Benchmarks: each `bench_*` module measures one thing and prints JSON; none of them judges."""
