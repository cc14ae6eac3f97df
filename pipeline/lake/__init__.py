"""Where the evidence lives: Parquet files, window states and the chain of manifests. The only door to pyarrow."""
