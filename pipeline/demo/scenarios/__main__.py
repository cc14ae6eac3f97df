"""Run the evaluation: see `program`, which workers can import under its own name."""

import sys

from pipeline.demo.scenarios.program import main

if __name__ == "__main__":
    sys.exit(main())
