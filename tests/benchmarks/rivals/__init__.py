"""Pipelines that were written by hand for the same events and marts, for `bench_rivals` to hold ours against."""
