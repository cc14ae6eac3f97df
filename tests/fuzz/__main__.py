"""`python -m tests.fuzz READER --minutes N`: inputs that reach new lines of one reader are changed again and again.

Needs atheris (`pip install atheris`). A broken promise is printed, and its input is put beside the corpus.
"""

import argparse
import importlib
import tempfile
from pathlib import Path
from random import Random


def main() -> None:
    """Fuzz one reader; ends with 0 where it kept its promise to the end."""
    asked = _asked()
    atheris = importlib.import_module("atheris")
    # Only what is imported from here on tells which of its lines were reached.
    with atheris.instrument_imports(include=["pipeline"]):
        seeds = importlib.import_module("tests.fuzz.seeds")
        mutations = importlib.import_module("tests.fuzz.mutations")
    read, honest = seeds.READERS[asked.reader]
    corpus = asked.corpus or Path(tempfile.mkdtemp(prefix=f"fuzz-{asked.reader}-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate([*honest(), *seeds.kept(asked.reader)]):
        (corpus / f"seed-{number}").write_bytes(content)

    def change(data: bytes, most: int, seed: int) -> bytes:
        def any_bytes() -> bytes:
            return bytes(atheris.Mutate(data, most))

        return (
            any_bytes() if Random(seed).random() < 0.4 else mutations.with_other_json(data, seed, any_bytes)
        )

    atheris.Setup(_options(asked, corpus), lambda data: read(data) and None, custom_mutator=change)
    atheris.Fuzz()


def _options(asked: argparse.Namespace, corpus: Path) -> list[str]:
    """The words that libFuzzer takes; an input that takes ten seconds is a broken promise too."""
    limits = [f"-max_total_time={asked.minutes * 60:.0f}", "-max_len=65536", "-timeout=10"]
    return ["fuzz", str(corpus), *limits, f"-artifact_prefix={corpus}/broken-", f"-seed={asked.seed}"]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "reader", help="entries, pages, counts, exports, archives, packed, windows, manifests, ..."
    )
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--corpus", type=Path, help="where inputs are kept; a temporary folder if not given")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
