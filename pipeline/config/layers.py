"""What was given where: one layer each for the flags, the environment, a file and the defaults."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.config.catalogue import PREFIX, SETTING_BY_NAME, SETTING_BY_VARIABLE, SETTINGS, Setting
from pipeline.config.values import Origin, Place, nearest
from pipeline.errors import SettingsError


@dataclass(frozen=True)
class Given:
    """A raw value and where it stands."""

    raw: Any
    origin: Origin


Layer = dict[str, Given]


def user_folder_from_environment(environ: Mapping[str, str]) -> Path:
    """The user's configuration folder: below $XDG_CONFIG_HOME where that is absolute, else below ~/.config."""
    base = Path(environ.get("XDG_CONFIG_HOME", ""))
    if not base.is_absolute():
        base = Path(environ.get("HOME") or "/") / ".config"
    return base / "quay-audit"


def layer_from_flags(flags: Mapping[str, Any], folder: Path, home: Path | None) -> Layer:
    """What the command line gives; None is not given."""
    return {
        name: Given(raw, Origin(Place.FLAG, SETTING_BY_NAME[name].flag, folder, home))
        for name, raw in flags.items()
        if raw is not None
    }


def layer_from_environment(environ: Mapping[str, str], folder: Path, home: Path | None) -> Layer:
    """What the environment gives; empty is not given. Raises SettingsError for a misspelt variable."""
    layer = {}
    for variable, raw in environ.items():
        setting = SETTING_BY_VARIABLE.get(variable)
        if setting is None:
            _refuse_misspelt(variable)
        elif raw:
            layer[setting.name] = Given(raw, Origin(Place.ENVIRONMENT, variable, folder, home))
    return layer


def layer_from_file(file: Path, home: Path | None) -> Layer:
    """What a settings file gives; a file that is not there gives nothing. Its paths start at its own folder.

    Raises: SettingsError for a file that cannot be read, an unknown key and a malformed value.
    """
    layer = {}
    for key, raw in _table(file).items():
        if key not in SETTING_BY_NAME:
            raise _unknown_key(key, file)
        layer[key] = Given(raw, Origin(Place.FILE, f"{file}, key {key}", file.parent, home))
        value_from_given(SETTING_BY_NAME[key], layer[key])
    return layer


def layer_of_defaults(folder: Path, home: Path | None) -> Layer:
    """What holds when nobody says otherwise."""
    origin = Origin(Place.DEFAULT, "default", folder, home)
    return {
        setting.name: Given(setting.default, origin) for setting in SETTINGS if setting.default is not None
    }


def value_from_given(setting: Setting, given: Given) -> Any:
    """The checked value; raises SettingsError with the reason, the place and what is accepted."""
    try:
        return setting.read(given.raw, given.origin)
    except ValueError as error:
        # `from None`: nothing below may repeat a value that holds a secret.
        raise SettingsError(
            f"{setting.name} {error}", where=given.origin.words, hint=f"give {setting.accepts}"
        ) from None


def _refuse_misspelt(variable: str) -> None:
    """Only near misses: Kubernetes itself sets QUAY_AUDIT_SERVICE_HOST and more for a service called quay-audit."""
    if not variable.startswith(PREFIX):
        return
    near = nearest(variable.removeprefix(PREFIX).lower(), SETTING_BY_NAME)
    if near:
        raise SettingsError(
            f"{variable} is no setting",
            where="environment",
            hint=f"did you mean {SETTING_BY_NAME[near].variable}?",
        )


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(
            f"the settings file cannot be read: {error.strerror}",
            where=str(file),
            hint="make it readable, or move it away",
        ) from error
    except ValueError as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SettingsError(
            f"the settings file is not TOML: {reason}",
            where=str(file),
            hint='write lines such as: lake = "lake"',
        ) from None


def _unknown_key(key: str, file: Path) -> SettingsError:
    near = nearest(key, SETTING_BY_NAME)
    known = ", ".join(
        name for name, setting in SETTING_BY_NAME.items() if setting.only is not Place.ENVIRONMENT
    )
    return SettingsError(
        f"{key} is no setting",
        where=str(file),
        hint=f"did you mean {near}?" if near else f"the settings are {known}",
    )
