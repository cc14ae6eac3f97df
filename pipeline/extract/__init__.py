"""Plan windows, read them, prove them against Quay's own counts, repair what is short."""
