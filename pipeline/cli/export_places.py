"""Where an export goes, from the options of the command: refused where they do not fit together."""

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.config import Settings
from pipeline.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from pipeline.exports.sinks import Sink

_FOR_FINDINGS = ("ocsf", "sarif")
_FOR_SERVERS = ("ocsf", "ecs", "ndjson")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_ACCOUNT = re.compile(r"[0-9]{12}|external")


@dataclass(frozen=True)
class Place:
    """One destination: a server (`to`), a Security Lake's folder, a file or folder (`out`), or else stdout."""

    format_name: str
    out: Path | None
    is_folder: bool
    security_lake: Path | None
    region: str
    account: str
    to: str | None
    url: str
    token_file: Path | None
    index: str

    @property
    def is_stdout(self) -> bool:
        """Whether it goes to stdout."""
        return self.out is None and self.security_lake is None and self.to is None

    @property
    def path(self) -> Path:
        """The file or folder."""
        assert self.out is not None
        return self.out

    @property
    def words(self) -> str:
        """How it is called in messages and in checkpoints."""
        if self.to:
            return f"{self.to} at {self.url}" + (
                f", index {self.index}" if self.to == "elasticsearch" else ""
            )
        if self.security_lake:
            return f"the Security Lake in {self.security_lake}"
        if self.is_folder:
            return f"the folder {self.out}"
        return "stdout" if self.is_stdout else "a file"


def place_from_options(format_name: str, *, findings: bool, as_json: bool, **options: Any) -> Place:
    """The place; raises UsageError naming the option that does not fit."""
    out = Path(options["out"]) if options["out"] else None
    given = [name for name in ("out", "security_lake", "to") if options[name]]
    if len(given) > 1:
        raise _unfit("--" + given[1].replace("_", "-"), "name one destination", "give it in a run of its own")
    _check_format(format_name, findings=findings, is_text=not options["security_lake"], to=options["to"])
    is_folder = out is not None and (out.is_dir() or options["out"].endswith("/"))
    if format_name == "parquet" and out is None:
        raise _unfit("--format", "parquet is no text", "name a file or folder with --out")
    if as_json and not given:
        raise _unfit("--json", "stdout is taken by the export itself", "name a file with --out")
    if findings and (is_folder or options["security_lake"]):
        raise _unfit("--findings", "findings are one file", "name a file with --out")
    _check_places(options)
    return Place(
        format_name,
        out,
        is_folder,
        options["security_lake"],
        options["region"] or "",
        options["account"] or "",
        options["to"],
        options["url"] or "",
        options["token_file"],
        options["index"],
    )


def sink_for(place: Place, settings: Settings) -> "Sink":
    """The server to send to, over verified TLS; its token comes from a file that others cannot read."""
    from pipeline.config.secret import token_from_file
    from pipeline.config.values import is_plain_http_to_elsewhere
    from pipeline.exports.sinks import elasticsearch, hec
    from pipeline.exports.sinks.posting import Poster, checked_url
    from pipeline.quay.transport import transport_to

    url = checked_url(place.url)
    if is_plain_http_to_elsewhere(url) and not settings.allow_plain_http:
        hint = "use https:// (with --ca-file for a private authority), or --allow-plain-http"
        raise SettingsError("the token would cross the network in the clear", where="--url", hint=hint)
    assert place.token_file is not None
    poster = Poster(
        url,
        hec.SCHEME if place.to == "hec" else elasticsearch.SCHEME,
        token_from_file(place.token_file, "--token-file"),
        transport=transport_to(url, ca_file=settings.ca_file, proxy=settings.proxy, connections=1),
        sleep=threading.Event().wait,
        tries=settings.tries,
        timeout_seconds=settings.timeout_seconds,
    )
    if place.to == "hec":
        return hec.HecSink(poster, f"quay:audit:{place.format_name}")
    return elasticsearch.ElasticsearchSink(poster, place.index)


def _check_format(format_name: str, *, findings: bool, is_text: bool, to: str | None) -> None:
    if findings and format_name not in _FOR_FINDINGS:
        raise _unfit("--format", f"findings have no form as {format_name}", "choose ocsf or sarif")
    if format_name == "sarif" and not findings:
        raise _unfit("--format", "sarif is for findings", "add --findings")
    if not is_text and format_name != "ocsf":
        raise _unfit("--format", "a Security Lake holds OCSF alone", "leave --format away")
    if to and format_name not in _FOR_SERVERS:
        raise _unfit("--format", f"servers take no {format_name}", f"choose {', '.join(_FOR_SERVERS)}")


def _check_places(options: dict[str, Any]) -> None:
    if options["security_lake"]:
        if not _REGION.fullmatch(options["region"] or ""):
            raise _unfit(
                "--region", "it is needed, and written like eu-west-1", "name the region of the lake"
            )
        if not _ACCOUNT.fullmatch(options["account"] or ""):
            raise _unfit(
                "--account", "it is needed: twelve digits, or `external`", "name the account of the lake"
            )
    if options["to"]:
        for name in ("url", "token_file"):
            if not options[name]:
                raise _unfit(
                    "--to", f"--{name.replace('_', '-')} is needed with it", "name the server and its token"
                )


def _unfit(where: str, what: str, hint: str) -> UsageError:
    return UsageError(what, where=where, hint=hint)
