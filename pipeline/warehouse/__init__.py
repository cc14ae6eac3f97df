"""Models over the lake, and the engine that builds and queries them. The only door to duckdb."""
