"""Where the files that are not Python are: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The folder `name` (such as `sql`) of this very installation.

    Raises: FileNotFoundError where the installation lacks it: the package was copied in part.
    """
    # A wheel's own folder first: beside an installed package may lie another project's folder of that name.
    for folder in (_PACKAGE / "_bundle" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation of quay-audit lacks its folder {name!r}")
