"""`python -m pipeline` is `quay-audit`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
