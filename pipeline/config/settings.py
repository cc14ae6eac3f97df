"""The settings in force: which of the given values wins, and what must hold between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from pipeline.config.catalogue import SETTING_BY_NAME
from pipeline.config.layers import (
    Layer,
    layer_from_environment,
    layer_from_file,
    layer_from_flags,
    layer_of_defaults,
    value_from_given,
)
from pipeline.config.secret import Secret, token_from_file
from pipeline.config.values import Origin, StoreAddress, is_plain_http_to_elsewhere
from pipeline.errors import SettingsError

FILE_NAME = "quay-audit.toml"


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. What only a server needs is asked for when it is needed: `require_url`, `require_token`.

    Units: `rate` in requests a second, None for no limit; `timeout_seconds` for each try; `tries` counts the first.
    `lake` is where the lake is on this machine: where `lake_store` is set, a mirror of what is there.
    `token` and `token_file` are never both set. `detections` has the parameters that are set, by id. `sources` names the place of each value.
    """

    url: str | None
    token: Secret | None
    token_file: Path | None
    lake: Path
    lake_cache: Path | None
    warehouse: Path
    ca_file: Path | None
    proxy: Secret | None
    allow_plain_http: bool
    concurrency: int
    rate: float | None
    timeout_seconds: float
    tries: int
    close_after_minutes: int
    callback_listen: tuple[str, int] | None
    callback_url: str | None
    callback_certificate: Path | None
    notify: Secret | None
    sigma: Path | None
    spark_remote: Secret | None
    spark_lake: str | None
    detections: Mapping[str, Mapping[str, Any]]
    lake_store: StoreAddress | None
    sources: Mapping[str, str]

    def require_url(self) -> str:
        """The registry's root; raises SettingsError when none is named."""
        if self.url is None:
            raise SettingsError(
                "no server is named",
                where="url",
                hint=f"give {SETTING_BY_NAME['url'].accepts} with --url or in {SETTING_BY_NAME['url'].variable}",
            )
        return self.url

    def require_token(self) -> Secret:
        """The token, now read from its file if one is named; raises SettingsError for none and for an unsafe file."""
        if self.token is not None:
            return self.token
        if self.token_file is not None:
            return token_from_file(self.token_file, self.sources["token_file"])
        raise SettingsError(
            "no token is given", where="token", hint=f"give {SETTING_BY_NAME['token'].accepts}"
        )


def load_settings(
    flags: Mapping[str, Any], environ: Mapping[str, str], working_folder: Path, user_folder: Path
) -> Settings:
    """The settings in force. A flag that is None, or an empty variable, counts as not given.

    Raises: SettingsError for an unknown key, a malformed value, a secret in an unsafe place. It names the place, the
    key, what is accepted and, for a misspelt name, the nearest one. A file is checked whole, whatever wins.
    """
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    layers = [
        layer_from_flags(flags, working_folder, home),
        layer_from_environment(environ, working_folder, home),
        layer_from_file(working_folder / FILE_NAME, home),
        layer_from_file(user_folder / FILE_NAME, home),
        layer_of_defaults(working_folder, home),
    ]
    _keep_the_nearest_token(layers)
    given = {name: value for layer in reversed(layers) for name, value in layer.items()}
    values: dict[str, Any] = dict.fromkeys(SETTING_BY_NAME)
    values |= {name: value_from_given(SETTING_BY_NAME[name], value) for name, value in given.items()}
    values["lake_store"] = None
    if isinstance(values["lake"], StoreAddress):
        values["lake_store"] = values["lake"]
        values["lake"] = values["lake_cache"] or _cache_of(values["lake_store"], environ)
    values["warehouse"] = values["warehouse"] or values["lake"] / "warehouse.duckdb"
    values["detections"] = values["detections"] or MappingProxyType({})
    if values["url"] and not values["allow_plain_http"]:
        _refuse_plain_http(values["url"], given["url"].origin)
    sources = {name: given[name].origin.words if name in given else "default" for name in SETTING_BY_NAME}
    return Settings(**values, sources=MappingProxyType(sources))


def _keep_the_nearest_token(layers: list[Layer]) -> None:
    """A token and a token file are one setting: the nearest place wins, and one place may not give both."""
    for rank, layer in enumerate(layers):
        given = [layer[name].origin.words for name in ("token", "token_file") if name in layer]
        if len(given) == 2:
            raise SettingsError("two tokens are given", where=" and ".join(given), hint="unset one of them")
        if given:
            for further in layers[rank + 1 :]:
                further.pop("token", None)
                further.pop("token_file", None)
            return


def _refuse_plain_http(url: str, origin: Origin) -> None:
    if is_plain_http_to_elsewhere(url):
        raise SettingsError(
            f"url is {url}: the token would cross the network in the clear",
            where=origin.words,
            hint="use https:// (with ca_file for a private authority), or set allow_plain_http",
        )


def _cache_of(store: StoreAddress, environ: Mapping[str, str]) -> Path:
    """Below $XDG_CACHE_HOME where that is absolute, else below ~/.cache: a folder for each lake."""
    base = Path(environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        if not environ.get("HOME"):
            setting = SETTING_BY_NAME["lake_cache"]
            raise SettingsError(
                f"HOME is not set, so there is no place for a copy of {store}",
                where="lake",
                hint=f"give {setting.accepts}",
            )
        base = Path(environ["HOME"]) / ".cache"
    return base / "quay-audit" / quote(f"{store.bucket}/{store.prefix}", safe="")
