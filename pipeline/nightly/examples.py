"""Ready files that run a night on a schedule: systemd, Kubernetes, Airflow, Dagster."""

from pathlib import Path

_FOLDER = Path(__file__).with_name("examples")
_ENDING = ".txt"


def example_names() -> list[str]:
    """What there are examples for. Found by folder."""
    return sorted(file.name.partition(".")[0] for file in _FOLDER.glob(f"*{_ENDING}"))


def example(name: str) -> str:
    """The text of one of `example_names()`."""
    (file,) = _FOLDER.glob(f"{name}.*{_ENDING}")
    return file.read_text(encoding="utf-8")
