"""The switches of a Quay server, with Quay's defaults."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


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
    `ignore_case` is MariaDB's collation: names are found whatever their case. `ssrf_allowed_hosts` are callback hosts
    that may be private.
    """

    superusers_full_access: bool = False
    super_users: bool = True
    aggregated_log_count_retrieval: bool = True
    log_export: bool = True
    anonymous_access: bool = True
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
    rate_limit: RateLimit | None = None
    cost: Callable[[], None] | None = None
