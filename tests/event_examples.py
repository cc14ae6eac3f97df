"""Entries as Quay writes them, and what events must say of them.

Source: wire behaviour of quay/quay ffba0c70 (auth/context_entity.py:90-225, auth/log.py, endpoints/api) as
recorded.
"""

from typing import NamedTuple

from pipeline.quay.lines import Row
from tests.lakes import UUID, row

AGENT = {"user-agent": "docker/24.0.7 go/go1.20.10 os/linux"}
PULL = {"repo": "web", "namespace": "acme", "tag": "v1", **AGENT}
OAUTH = {"oauth_token_id": 7, "oauth_token_application_id": "ERYF", "oauth_token_application": "ci"}
APP_TOKEN = {"app_specific_token": "136f0c91", "app_specific_token_title": "laptop"}


class Actor(NamedTuple):
    """What events say of who acted."""

    performer_kind: str
    credential_kind: str
    credential_id: str | None
    credential_name: str | None


def password(name: str | None) -> Actor:
    return Actor("user", "password_or_session", name, name)


def robot(name: str | None) -> Actor:
    return Actor("robot", "robot", name, name)


NOBODY = Actor("anonymous", "anonymous", None, None)
WORKER = Actor("worker", "worker", None, None)

ACTORS: dict[str, tuple[Row, Actor]] = {
    "a pull without a sign-in": (row(performer=None, metadata=PULL), NOBODY),
    "a pull by password": (row(metadata=PULL | {"username": "bob"}), password("bob")),
    "a pull by a robot": (
        row(performer="acme+ci", is_robot=True, metadata=PULL | {"username": "acme+ci", "is_robot": True}),
        robot("acme+ci"),
    ),
    "a pull by a robot that Quay does not call one": (
        row(performer="acme+ci", is_robot=None),
        robot("acme+ci"),
    ),
    "a pull by a robot that was deleted": (
        row(performer=None, metadata=PULL | {"username": "acme+gone", "is_robot": True}),
        robot("acme+gone"),
    ),
    "a pull by a user who was deleted": (
        row(performer=None, metadata=PULL | {"username": "gone_user"}),
        password("gone_user"),
    ),
    "a pull by a user who is marked for deletion": (
        row(performer=UUID, metadata=PULL | {"username": "gone_user"}),
        password("gone_user"),
    ),
    "a push by a repository's access token": (
        row("push_repo", performer=None, metadata=PULL | {"token": "build-worker"}),
        Actor("anonymous", "access_token", "build-worker", "build-worker"),
    ),
    "a pull by an OAuth token": (
        row(metadata=PULL | OAUTH | {"username": "bob"}),
        Actor("user", "oauth_token", "7", "ci"),
    ),
    "a pull by an app-specific token": (
        row(metadata=PULL | APP_TOKEN | {"username": "bob"}),
        Actor("user", "app_specific_token", "136f0c91", "laptop"),
    ),
    "the making of an app-specific token, which is no use of it": (
        row("create_app_specific_token", metadata=APP_TOKEN),
        password("bob"),
    ),
    "the making of an app-specific token by an OAuth token": (
        row("create_app_specific_token", metadata=APP_TOKEN | OAUTH),
        Actor("user", "oauth_token", "7", "ci"),
    ),
    "the making of an access token, which is no use of it": (
        row("add_repo_accesstoken", metadata={"token": "new", "repo": "web", "namespace": "acme"}),
        password("bob"),
    ),
    "a grant, whose username is the grantee": (
        row("change_repo_permission", metadata={"username": "mallory", "repo": "web", "role": "admin"}),
        password("bob"),
    ),
    "a grant by an account that is gone": (
        row("change_repo_permission", performer=None, metadata={"username": "mallory", "repo": "web"}),
        password(None),
    ),
    "a tag moved by an account that is gone": (
        row("move_tag", performer=None, metadata={"username": "gone_user", "repo": "web", "tag": "v1"}),
        password("gone_user"),
    ),
    "a management call by an OAuth token of an account that is gone": (
        row("create_robot", performer=None, metadata={"robot": "acme+new"} | OAUTH),
        Actor("user", "oauth_token", "7", "ci"),
    ),
    "a sign-in on the web, which has no performer": (
        row("login_success", performer=None, namespace="bob", metadata={"type": "quayauth"}),
        password("bob"),
    ),
    "a login by an app-specific token": (
        row("login_success", metadata={"kind": "app_specific_token", "app_specific_token_title": "laptop"}),
        Actor("user", "app_specific_token", None, "laptop"),
    ),
    "a login by a robot": (
        row(
            "login_success",
            performer="acme+ci",
            is_robot=True,
            metadata={"kind": "robot", "robot": "acme+ci"},
        ),
        robot("acme+ci"),
    ),
    "a login by a robot that was deleted": (
        row("login_success", performer=None, metadata={"kind": "robot", "robot": "acme+gone"}),
        robot("acme+gone"),
    ),
    "a refused login, whose username is what somebody typed": (
        row("login_failure", performer=None, metadata={"kind": "user", "username": "alice"}),
        NOBODY,
    ),
    "a refused login by an expired OAuth token": (
        row("login_failure", metadata={"kind": "oauth", "token": "QQ", "application_name": "ci"} | OAUTH),
        Actor("user", "oauth_token", "7", "ci"),
    ),
    "a refused login by an OAuth token of a disabled user": (
        row("login_failure", metadata={"kind": "oauth", "token": "QQ", "application_name": "ci"}),
        Actor("user", "oauth_token", None, "ci"),
    ),
    "a refused pull without a sign-in": (
        row("pull_repo_failed", performer=None, metadata={"repo": "web"}),
        NOBODY,
    ),
    "an exchange of an outside token for a robot's": (
        row("federated_robot_token_exchange", performer=None, metadata={"robot": "acme+ci", "issuer": "x"}),
        NOBODY,
    ),
    "a sign-up": (row("user_create", performer=None, metadata={"username": "new"}), NOBODY),
    "a mirror's work": (
        row("repo_mirror_sync_started", performer=None, ip=None, metadata={"repo": "web"}),
        WORKER,
    ),
    "autoprune's work": (
        row("autoprune_tag_delete", performer=None, ip=None, metadata={"tag": "v1"}),
        WORKER,
    ),
    "an immutability policy's work": (row("tag_made_immutable_by_policy", performer=None, ip=None), WORKER),
    "a mirror's work in a robot's name": (
        row("org_mirror_repo_created", performer="acme+mirror", is_robot=True, ip=None),
        robot("acme+mirror"),
    ),
    "a kind of the future without a performer": (row("teleport_repo", performer=None), NOBODY),
    "a kind of the future by a user": (row("teleport_repo"), password("bob")),
}

TARGETS: dict[str, tuple[Row, str | None]] = {
    "a grant to a user": (row("change_repo_permission", metadata={"username": "mallory"}), "mallory"),
    "a grant to a team": (row("delete_repo_permission", metadata={"team": "devs"}), "devs"),
    "a default permission": (
        row("create_prototype_permission", metadata={"username": "bob", "delegate_team": "devs"}),
        "devs",
    ),
    "a team's member": (row("org_add_team_member", metadata={"member": "eve", "team": "devs"}), "eve"),
    "an invitation by e-mail": (
        row("org_invite_team_member", metadata={"email": "e@x", "team": "devs"}),
        "e@x",
    ),
    "a team": (row("org_create_team", metadata={"team": "devs"}), "devs"),
    "a robot": (row("delete_robot", metadata={"robot": "acme+ci"}), "acme+ci"),
    "an app-specific token": (row("revoke_app_specific_token", metadata=APP_TOKEN), "laptop"),
    "an OAuth token": (row("create_oauth_api_token", metadata={"token_display_name": "nightly"}), "nightly"),
    "an assigned OAuth token": (row("oauth_token_assigned", metadata={"assigned_user": "eve"}), "eve"),
    "an access token": (row("delete_repo_accesstoken", metadata={"token": "old"}), "old"),
    "an application": (row("delete_application", metadata={"application_name": "ci"}), "ci"),
    "a service key with a name": (row("service_key_delete", metadata={"kid": "k1", "name": "key"}), "key"),
    "a service key without": (row("service_key_delete", metadata={"kid": "k1", "name": ""}), "k1"),
    "a tried user name": (row("login_failure", performer=None, metadata={"username": "alice"}), "alice"),
    "a disabled user": (row("user_disable", metadata={"username": "eve", "superuser": "bob"}), "eve"),
    "one's own password": (row("account_change_password", namespace="bob"), "bob"),
    "an organization taken over": (
        row("take_ownership", namespace="bob", metadata={"namespace": "acme"}),
        "acme",
    ),
    "an exported log": (
        row("export_logs_success", metadata={"url": "https://x/", "email": None}),
        "https://x/",
    ),
    "a mirror's setting": (
        row("repo_mirror_config_changed", metadata={"changed": "tags", "to": ["a"]}),
        "tags",
    ),
    "a pull": (row(metadata=PULL), None),
    "a deleted repository": (row("delete_repo", metadata={"repo": "web", "namespace": "acme"}), None),
}

AGENTS = {
    "docker/24.0.7 go/go1.20.10 os/linux UpstreamClient(Docker-Client/24.0.7 \\(linux\\))": "docker",
    "containerd/v1.7.2": "containerd",
    "skopeo/1.14.2": "skopeo",
    "Buildah/1.33.2": "buildah",
    "cri-o/1.28.2 go/go1.20.10 os/linux arch/amd64": "cri-o",
    "containers/5.29.2 (github.com/containers/image)": "containers",
    "libpod/4.9.4": "podman",
    "kaniko/v1.9.1": "kaniko",
    "crane/v0.19.0 go-containerregistry/v0.19.0": "crane",
    "Go-http-client/1.1": "go-http-client",
    "python-requests/2.32.3": "python-requests",
    "curl/8.5.0": "curl",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0": "browser",
    "=cmd|' /C calc'!A0": "other",
    "": "other",
    "\u202edocker/1": "other",
}

HOSTILE_DETAILS = {
    "no JSON at all": "{bad",
    "nothing": "",
    "a JSON list": '["repo"]',
    "a JSON string": '"repo"',
    "a JSON null": "null",
    "a hundred thousand brackets": "[" * 100_000,
    "deep JSON": '{"repo":' + "[" * 20_000 + "]" * 20_000 + "}",
    "an object where text is due": '{"repo":{"a":1},"tag":["v1"],"username":{},"resolved_ip":"x"}',
    "a number where text is due": '{"repo":1e999,"oauth_token_id":123456789012345678901234567890}',
    "a NUL": '{"tag":"a\\u0000b"}',
    "statements": '{"repo":"\'); drop table events; --","tag":"${x}"}',
    "the same key twice": '{"tag":"a","tag":"b"}',
    "half a surrogate": '{"tag":"\\ud800"}',
}
