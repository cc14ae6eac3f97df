"""app: the dashboard, in a process of its own that holds no token of Quay."""

import os
import stat
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import STORE, command, environment_without_settings
from pipeline.cli.output import tell
from pipeline.config import Settings
from pipeline.errors import SettingsError, UsageError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_AUTH_KEYS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_ROLES = ("analysts", "viewers")
_OWNERS_ALONE = 0o077
_HINT = 'add [roles] with lines such as analysts = ["security"] and viewers = ["engineering"]'


@command(
    settings=STORE,
    examples=["quay-audit app", "quay-audit app --listen 0.0.0.0:8501 --sign-in sign-in.toml"],
)
@click.option(
    "--listen", default="127.0.0.1:8501", show_default=True, metavar="HOST:PORT", help="Where to listen."
)
@click.option(
    "--sign-in",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Who may look: an OpenID Connect provider in [auth], as Streamlit's documentation has it, and in [roles] "
    "the groups that are `viewers` or `analysts`; `claim` names where the provider lists groups. Mode 0600.",
)
@click.option(
    "--without-sign-in",
    is_flag=True,
    help="Let everybody who reaches another address than this machine's own look and decide.",
)
def app(settings: Settings, as_json: bool, listen: str, sign_in: Path | None, without_sign_in: bool) -> None:
    """Open the dashboard: cases, entities, credentials, coverage, a console for SQL, and reports.

    It reads the warehouse, writes decisions about cases alone, and sees no token of Quay. Ctrl-C ends it.
    """
    from pipeline.bundle import bundled

    host, port = _address(listen)
    if find_spec("streamlit") is None:
        hint = "install it: pip install 'quay-audit-pipeline[app]'"
        raise UsageError("the dashboard needs Streamlit, which is not installed", hint=hint)
    if sign_in is not None:
        _check_sign_in(sign_in)
    elif host not in _LOOPBACK and not without_sign_in:
        hint = "name a provider with --sign-in FILE, or say --without-sign-in where a proxy asks who they are"
        raise UsageError(
            "everybody who reaches this address could look and decide", where=f"--listen {listen}", hint=hint
        )
    folder = bundled("app")
    tell(f"the dashboard: http://{host if ':' not in host else f'[{host}]'}:{port}  (Ctrl-C ends it)")
    arguments = _arguments(folder, host, port, sign_in)
    if sign_in is None and not without_sign_in:
        # Else any page in a browser of this machine could have its own name lead here, and look and decide.
        arguments += [f"--server.allowedHosts={name}" for name in _LOOPBACK]
    files = [str(settings.lake.resolve()), str(settings.warehouse.resolve())]
    os.execve(sys.executable, [*arguments, "--", *files], _environment(folder.parent))  # noqa: S606 (no shell)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise UsageError(f"{listen!r} is no address", where="--listen", hint="write it like 127.0.0.1:8501")
    return host, int(port)


def _check_sign_in(file: Path) -> None:
    """Raises SettingsError where the file is readable for others, or would let nobody in."""
    try:
        mode = file.stat().st_mode
        given: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"this file cannot be read ({error})", where=str(file)) from None
    if stat.S_IMODE(mode) & _OWNERS_ALONE:
        hint = f"chmod 600 {file}"
        raise SettingsError("others may read the provider's secrets here", where=str(file), hint=hint)
    auth, roles = (_table(given, name) for name in ("auth", "roles"))
    if lacking := [key for key in _AUTH_KEYS if not auth.get(key)]:
        raise SettingsError(f"[auth] lacks {', '.join(lacking)}", where=str(file))
    # Of a text, each letter would be a group.
    if wrong := [role for role in _ROLES if not isinstance(roles.get(role, []), list)]:
        raise SettingsError(f"{', '.join(wrong)} in [roles] is no list", where=str(file), hint=_HINT)
    if not any(roles.get(role) for role in _ROLES):
        raise SettingsError("no group may look", where=str(file), hint=_HINT)


def _table(given: dict[str, Any], name: str) -> dict[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _arguments(folder: Path, host: str, port: int, sign_in: Path | None) -> list[str]:
    options: dict[str, object] = {
        "server.address": host,
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "warning",
        **_theme(folder),
    }
    if sign_in is not None:
        options["secrets.files"] = str(sign_in.resolve())
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(folder / "main.py"), *flags]


def _theme(folder: Path) -> dict[str, object]:
    """The colours for light and dark, as Streamlit's options."""
    given = tomllib.loads((folder / "theme.toml").read_text(encoding="utf-8"))
    return {
        f"theme.{shade}.{name}": value for shade, colours in given.items() for name, value in colours.items()
    }


def _environment(root: Path) -> dict[str, str]:
    """What the dashboard inherits; `app` can be imported."""
    kept = environment_without_settings()
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [str(root), kept.get("PYTHONPATH", "")]))}


COMMANDS = (app,)
