"""The endpoints about what is copied from elsewhere: a repository, or a whole organization.

Source: quay/quay endpoints/api/mirror.py, org_mirror.py, ffba0c70; read, not observed.
"""

from typing import Any, Final

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.calls import LIBRARY, ORGANIZATION, REPOSITORY, Call, Route
from pipeline.demo.records import OrganizationMirror, RepositoryMirror

INTERVAL_SECONDS: Final = 86_400
_BEGAN_AT: Final = "2026-01-01T00:00:00Z"


def repository_mirror(call: Call, namespace_name: str | None, name: str) -> Answer:
    """How a repository is mirrored; 404 for one that is not."""
    namespace = call.account(namespace_name or LIBRARY)
    repository = call.repository(namespace, name)
    caller = call.caller
    role = caller.repository_role(namespace_name or LIBRARY, repository) if caller else ""
    if caller is None or not (role == "admin" or caller.may_view_any_namespace):
        return call.refuse()
    mirrors = call.store.grants.repository_mirrors
    found = next((each for each in mirrors if repository and each.repository_id == repository.id), None)
    return answers.as_json(_repository_mirror_view(call, found)) if found else call.missing()


def _repository_mirror_view(call: Call, mirror: RepositoryMirror) -> dict[str, Any]:
    return {
        "is_enabled": mirror.is_enabled,
        "mirror_type": "PULL",
        "external_reference": mirror.external_reference,
        "external_registry_username": mirror.username,
        "external_registry_config": _registry_config(mirror.proxy),
        "root_rule": {"rule_kind": "tag_glob_csv", "rule_value": list(mirror.tags)},
        "robot_username": _name_of(call, mirror.robot_id),
        **_SYNC,
    }


def organization_mirror(call: Call, name: str) -> Answer:
    """How an organization is mirrored; 404 for one that is not."""
    caller = call.caller
    if caller is None or not (caller.is_organization_admin(name) or caller.may_view_any_namespace):
        return call.refuse()
    account = call.account(name)
    mirrors = call.store.grants.organization_mirrors
    found = next((each for each in mirrors if account and each.organization_id == account.id), None)
    return answers.as_json(_organization_mirror_view(call, found)) if found else call.missing()


def _organization_mirror_view(call: Call, mirror: OrganizationMirror) -> dict[str, Any]:
    return {
        "is_enabled": mirror.is_enabled,
        "external_registry_type": "quay",
        "external_registry_url": mirror.url,
        "external_namespace": mirror.namespace,
        "external_registry_username": mirror.username,
        "has_external_registry_password": mirror.password is not None,
        "external_registry_config": _registry_config(None),
        "repository_filters": [],
        "robot_username": _name_of(call, mirror.robot_id),
        "visibility": mirror.visibility,
        "skopeo_timeout": 300,
        "creation_date": _BEGAN_AT,
        **_SYNC,
    }


def _name_of(call: Call, account_id: int) -> str | None:
    account = call.store.accounts.get(account_id)
    return account.name if account else None


def _registry_config(proxy: str | None) -> dict[str, Any]:
    return {"verify_tls": True} | ({"proxy": {"https_proxy": proxy}} if proxy else {})


_SYNC: Final = {
    "sync_interval": INTERVAL_SECONDS,
    "sync_start_date": _BEGAN_AT,
    "sync_expiration_date": None,
    "sync_retries_remaining": 3,
    "sync_status": "SUCCESS",
}

ROUTES = (
    Route(
        f"{ORGANIZATION}/mirror", get=organization_mirror, is_on=lambda habits: habits.organization_mirrors
    ),
    Route(f"{REPOSITORY}/mirror", get=repository_mirror, is_on=lambda habits: habits.repository_mirrors),
)
