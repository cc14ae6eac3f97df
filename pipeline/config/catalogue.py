"""Every setting, as data: the flags, the environment, the files, the messages and the README's table come from here."""

from dataclasses import dataclass

from pipeline.config import values
from pipeline.config.values import Place, Reader


@dataclass(frozen=True)
class Setting:
    """One thing that can be set. `accepts` ends the sentence "give ..."; `default` is raw, as a person would write it.

    `only` is the one place where it may stand: the environment for a secret.
    """

    name: str
    help: str
    accepts: str
    read: Reader
    default: str | None = None
    default_words: str = ""
    metavar: str = ""
    only: Place | None = None

    @property
    def flag(self) -> str:
        """The option of the command line; what may stand in one other place alone has none."""
        return "" if self.only else f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"{PREFIX}{self.name.upper()}"

    @property
    def is_switch(self) -> bool:
        """Whether the flag stands alone, without a value."""
        return self.read is values.switch


PREFIX = "QUAY_AUDIT_"

SETTINGS = (
    Setting(
        "url",
        "The Quay to read, for example https://quay.example.com.",
        "the registry's root, such as https://quay.example.com",
        values.server_url,
        metavar="URL",
    ),
    Setting(
        "token",
        "The OAuth token. Never on a command line, never in a settings file.",
        f"it in {PREFIX}TOKEN, or in a file of mode 0600 that --token-file, {PREFIX}TOKEN_FILE or token_file names",
        values.token,
        metavar="TOKEN",
        only=Place.ENVIRONMENT,
    ),
    Setting(
        "token_file",
        "A file that holds the token alone; nobody but its owner may read it.",
        "the path of a file of mode 0600",
        values.path,
        metavar="FILE",
    ),
    Setting(
        "lake",
        "The folder for the evidence, or its place in an object store: s3://bucket/prefix.",
        "the path of a folder, or s3://bucket/prefix",
        values.lake,
        default="lake",
        default_words="./lake",
        metavar="PLACE",
    ),
    Setting(
        "lake_cache",
        "Where this machine keeps what it reads of a lake in an object store, and the warehouse.",
        f"the path of a folder in {PREFIX}LAKE_CACHE",
        values.cache_folder,
        default_words="~/.cache/quay-audit/...",
        metavar="FOLDER",
        only=Place.ENVIRONMENT,
    ),
    Setting(
        "warehouse",
        "The DuckDB file for events and marts.",
        "the path of a file",
        values.path,
        default_words="<lake>/warehouse.duckdb",
        metavar="FILE",
    ),
    Setting(
        "ca_file",
        "Certificates (PEM) to trust instead of the system's, for a private authority.",
        "the path of a PEM file",
        values.path,
        default_words="the system's",
        metavar="FILE",
    ),
    Setting(
        "proxy",
        "The proxy for every request. HTTPS_PROXY and NO_PROXY count too, where this is not set.",
        f"http://host:port; one with a password only in {PREFIX}PROXY",
        values.proxy_url,
        default_words="HTTPS_PROXY",
        metavar="URL",
    ),
    Setting(
        "allow_plain_http",
        "Send the token over http:// to another machine. Anybody on the way can read it.",
        "true or false",
        values.switch,
        default="false",
        default_words="off",
    ),
    Setting(
        "concurrency",
        "The most requests under way at once; fewer are used when the server slows down.",
        "a whole number from 1 to 32",
        values.whole_number(1, 32),
        default="4",
        metavar="N",
    ),
    Setting(
        "rate",
        "The most requests a second.",
        "a number above 0, up to 1000",
        values.number(above=0, highest=1000),
        default_words="no limit",
        metavar="N",
    ),
    Setting(
        "timeout_seconds",
        "How long one try of a request may take. A busy Quay needs more than 10 seconds.",
        "a number of seconds above 10, up to 3600",
        values.number(above=10, highest=3600),
        default="60",
        metavar="N",
    ),
    Setting(
        "tries",
        "How often a request is tried in all when the server is busy or out of reach.",
        "a whole number from 1 to 20",
        values.whole_number(1, 20),
        default="6",
        metavar="N",
    ),
    Setting(
        "close_after_minutes",
        "How long after its midnight (UTC) a day counts as over; Quay may write entries late.",
        "a whole number of minutes from 0 to 10080 (a week)",
        values.whole_number(0, 10_080),
        default="60",
        metavar="N",
    ),
    Setting(
        "callback_listen",
        "Where to listen for Quay's export worker; without it, nothing can be exported.",
        "host:port, such as 0.0.0.0:9100; port 0 is any free one",
        values.listen_address,
        default_words="no exports",
        metavar="HOST:PORT",
    ),
    Setting(
        "callback_url",
        "That place as Quay sees it, where a proxy or another name stands between.",
        "an address that Quay can reach, such as https://audit.example.com:9100",
        values.callback_url,
        default_words="http://<callback_listen>",
        metavar="URL",
    ),
    Setting(
        "callback_certificate",
        "A certificate with its key (PEM) to listen with TLS.",
        "the path of a PEM file",
        values.path,
        default_words="plain HTTP",
        metavar="FILE",
    ),
    Setting(
        "notify",
        "Where new cases are sent: apprise's addresses, with a space between two. Never in a settings file.",
        f"addresses such as slack://... or mailto://... in {PREFIX}NOTIFY",
        values.notify_addresses,
        metavar="URLS",
        only=Place.ENVIRONMENT,
    ),
    Setting(
        "sigma",
        "A file or folder of Sigma rules that detect always runs; --sigma adds others.",
        "the path of a file or folder",
        values.path,
        default_words="none",
        metavar="PATH",
    ),
    Setting(
        "spark_remote",
        "The Spark Connect server of --engine spark.",
        f"sc://host:port; one with a token only in {PREFIX}SPARK_REMOTE",
        values.spark_address,
        metavar="URL",
    ),
    Setting(
        "spark_lake",
        "The lake as that server sees it, where it is not the same path there.",
        "a path, or s3a://bucket/prefix",
        values.place_of_lake,
        default_words="the lake's own",
        metavar="PLACE",
    ),
    Setting(
        "detections",
        "A table for each detection: its parameters, where other values are wanted, and enabled = false to leave it out.",
        "tables such as [detections.QD-12] with lines such as enabled = false, in a settings file",
        values.tables,
        only=Place.FILE,
    ),
)

SETTING_BY_NAME = {setting.name: setting for setting in SETTINGS}
SETTING_BY_VARIABLE = {setting.variable: setting for setting in SETTINGS}


def markdown_from_settings() -> str:
    """The settings as a Markdown table, a row each."""
    lines = ["| in `quay-audit.toml` | flag | environment | default | |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        key, flag, variable = (
            f"`{words}`" if setting.only in (None, place) else "(refused)"
            for words, place in (
                (setting.name, Place.FILE),
                (setting.flag, Place.FLAG),
                (setting.variable, Place.ENVIRONMENT),
            )
        )
        lines.append(
            f"| {key} | {flag} | {variable} | {setting.default_words or setting.default or ''} "
            f"| {setting.help} |"
        )
    return "\n".join(lines)
