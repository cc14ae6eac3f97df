"""What the details of entries say, in polars: each text is read once, however often it comes."""

import json
from typing import Any

import polars as pl

from tests.benchmarks.rivals.cells import LONE_SURROGATE, listed, readable

_COMMON = listed(
    "namespace repo tag manifest_digest digest user-agent useragent user_agent username is_robot token oauth_token_id "
    "oauth_token_application app_specific_token app_specific_token_title"
)
_COUNTRY = pl.Struct({"country_iso_code": pl.String})
_RARE = listed(
    "kind robot team member user email delegate_user delegate_team token_display_name oauth_token_uuid assigned_user "
    "application_name application name kid notification_id webhook_id trigger_id build_id build_uuid policy_uuid "
    "tag_pattern external_reference changed upstream_registry key url plan"
)
_PRODUCTS = listed(
    "docker containerd buildkit nerdctl skopeo buildah podman cri-o crane kaniko ko go-containerregistry helm oras "
    "regctl cosign trivy grype syft clair containers curl wget python-requests python-urllib3 python-httpx "
    "go-http-client java"
)

_col, _first, _when = pl.col, pl.coalesce, pl.when


def told_of(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries with what their details say: each text is read once, and the rare keys of rare kinds alone."""
    numbers = entries["metadata"].cast(pl.Categorical(pl.Categories.random())).to_physical()
    texts = entries["metadata"].gather(numbers.arg_unique())
    common = _read(texts, pl.Struct({**dict.fromkeys(_COMMON, pl.String), "resolved_ip": _COUNTRY}))
    common = common.with_columns(
        *_agent(), _col("resolved_ip").struct.field("country_iso_code").alias("country_code")
    )
    is_rare = ~_col("kind").is_in(["pull_repo", "push_repo"])
    rows = entries.select("kind", "metadata").with_row_index("row").filter(is_rare)
    rare = _read(rows["metadata"], pl.Struct(dict.fromkeys(_RARE, pl.String)))
    rare = rare.rename({name: f"d_{name}" for name in _RARE}).with_columns(rows["row"])
    beside = entries.with_row_index("row").hstack(common[numbers].drop("resolved_ip"))
    return beside.join(rare, on="row", how="left", maintain_order="left")


def _read(texts: pl.Series, shape: pl.Struct) -> pl.DataFrame:
    """Documents as columns. Whatever the fast reader takes for another type than text is read again, one by one."""
    if not texts.str.contains(LONE_SURROGATE.pattern).any():
        try:
            return texts.str.json_decode(shape).struct.unnest()
        except pl.exceptions.ComputeError:
            pass
    fields = {field.name: field.dtype for field in shape.fields}
    return pl.DataFrame([_words(text, fields) for text in texts], schema=fields)


def _words(text: str, fields: dict[str, Any]) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=_first_of_each)
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return _words(readable(text), fields)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {name: _word(document.get(name), is_text=kind == pl.String) for name, kind in fields.items()}


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def _word(value: Any, *, is_text: bool) -> Any:
    if is_text:
        plain = value is None or isinstance(value, str)
        return value if plain else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    country = value.get("country_iso_code") if isinstance(value, dict) else None
    return {"country_iso_code": _word(country, is_text=True)}


def _agent() -> list[pl.Expr]:
    agent = _first("user-agent", "useragent", "user_agent")
    product = agent.str.extract("^([^/ ]+)").fill_null("").str.to_lowercase()
    family = (
        _when(product.is_in(_PRODUCTS))
        .then(product)
        .when(product == "libpod")
        .then(pl.lit("podman"))
        .when(product == "docker-client")
        .then(pl.lit("docker"))
        .when(product.is_in(["mozilla", "opera"]))
        .then(pl.lit("browser"))
        .when(agent.is_not_null())
        .then(pl.lit("other"))
    )
    return [agent.alias("user_agent"), family.alias("user_agent_family")]
