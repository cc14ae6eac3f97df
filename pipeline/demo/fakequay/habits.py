"""The switches of a Quay server, with Quay's defaults but for mirrors, which are on here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pipeline.demo.fakequay.callbacks import AddressesOf, pretended_addresses_of


class RegistryState(StrEnum):
    """REGISTRY_STATE: a read-only registry answers every write with 503."""

    NORMAL = "normal"
    READ_ONLY = "readonly"


class TieOrder(StrEnum):
    """In which order rows of one datetime come: Quay's query names none.

    `STABLE` is the larger id first, as InnoDB was observed to do; `SHUFFLED` is another order for every query, which
    PostgreSQL may do.
    """

    STABLE = "stable"
    SHUFFLED = "shuffled"


class Storage(StrEnum):
    """Where Quay keeps export files: an object store that gives presigned links, or its own disk, which ruins them."""

    OBJECT = "object"
    LOCAL = "local"


class SliceOrder(StrEnum):
    """In which order rows of one slice of an export file come: Quay's query names none.

    `SHUFFLED` is an order that means nothing, as PostgreSQL was observed to give for a small log; `BY_INDEX` is by
    time, then id, as it was observed to give for larger ones. Whole-second times always come by index, as InnoDB does.
    """

    SHUFFLED = "shuffled"
    BY_INDEX = "by index"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """nginx's limit_req for the API: a burst, then so many requests a second; the rest is answered 429.

    Quay's nginx sends no Retry-After; a proxy before it may (`retry_after_seconds`).
    Source: quay/quay conf/nginx/rate-limiting.conf.jnj:84-90, ffba0c70.
    """

    per_second: float = 5.0
    burst: int = 25
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """How this Quay is configured and what stands behind it.

    `cost` is called once for every request that shows a token Quay knows: there Quay spends 0.3 s on bcrypt.
    `max_page` is ACTION_LOG_MAX_PAGE. `aggregate_kind_limit` is 10 where Elasticsearch stores the logs.
    `ignore_case` is MariaDB's collation: names are found whatever their case. `ssrf_allowed_hosts` are names and
    networks (`127.0.0.0/8`) of callback hosts that may be private; `addresses_of` is how Quay looks a name up.
    `export_query_limit` is EXPORT_ACTION_LOGS_MAXIMUM_QUERY_TIME_SECONDS, `export_rows_per_second` how fast this Quay
    reads, `export_link_ttl` EXPORT_ACTION_LOGS_SECONDS; `export_cost` is called with the seconds of every read.
    `application_tokens` is whether this version of Quay lists the tokens of an application at all.
    """

    superusers_full_access: bool = False
    super_users: bool = True
    aggregated_log_count_retrieval: bool = True
    log_export: bool = True
    anonymous_access: bool = True
    app_specific_tokens: bool = True
    application_tokens: bool = True
    repository_mirrors: bool = True
    organization_mirrors: bool = True
    audit_login_failures: bool = False
    browser_calls_xhr_only: bool = True
    registry_state: RegistryState = RegistryState.NORMAL
    search_unavailable: bool = False
    max_page: int | None = None
    page_token_ttl: timedelta = timedelta(days=2)
    tie_order: TieOrder = TieOrder.STABLE
    aggregate_kind_limit: int | None = None
    ignore_case: bool = False
    ssrf_allowed_hosts: frozenset[str] = frozenset()
    addresses_of: AddressesOf = pretended_addresses_of
    storage: Storage = Storage.OBJECT
    slice_order: SliceOrder = SliceOrder.SHUFFLED
    export_poll_period: timedelta = timedelta(seconds=60)
    export_query_limit: timedelta = timedelta(seconds=30)
    export_rows_per_second: float = 2_900
    export_link_ttl: timedelta = timedelta(hours=1)
    export_cost: Callable[[float], None] | None = None
    rate_limit: RateLimit | None = None
    cost: Callable[[], None] | None = None
