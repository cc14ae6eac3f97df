"""One module a format: each gives the bytes of a file from a report, and the same bytes for the same report."""
