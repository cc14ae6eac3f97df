"""The endpoints that ask for an export of logs: they check, write an audit row and record the job."""

import json
from collections.abc import Mapping
from pprint import pformat
from typing import Any, Final

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.callbacks import complaint_about_url
from pipeline.demo.fakequay.calls import CLIENT_ADDRESS, LIBRARY, ORGANIZATION, REPOSITORY, Call, Route
from pipeline.demo.fakequay.export_jobs import ExportJob
from pipeline.demo.fakequay.ranges import range_from_query
from pipeline.demo.records import Account, Repository

_PROPERTIES: Final = {
    "callback_url": {
        "type": "string",
        "description": "The callback URL to invoke with a link to the exported logs",
    },
    "callback_email": {
        "type": "string",
        "description": "The e-mail address at which to e-mail a link to the exported logs",
    },
}
_SCHEMA: Final = {
    "type": "object",
    "description": "Configuration for an export logs operation",
    "properties": _PROPERTIES,
}


def export_user_logs(call: Call) -> Answer:
    """An export of the caller's own namespace."""
    if call.caller is None or not call.caller.is_user_admin():
        return call.refuse()
    options = _options(call)
    return options if isinstance(options, Answer) else _queue(call, call.caller.account, None, options)


def export_organization_logs(call: Call, name: str) -> Answer:
    """An export of a namespace. A missing one fails the server: the row about the failure has no place to go."""
    options = _options(call)
    if isinstance(options, Answer):
        return options
    namespace = call.account(name)
    if namespace is None:
        return answers.internal_error()
    caller = call.caller
    if caller and (caller.is_organization_admin(name) or caller.may_view_any_namespace):
        return _queue(call, namespace, None, options)
    _log(call, namespace, "export_logs_failure", options, error="unauthorized")
    return call.refuse()


def export_repository_logs(call: Call, namespace_name: str | None, name: str) -> Answer:
    """An export of a repository. The global read-only superuser may read its log, but not export it."""
    namespace_name = namespace_name or LIBRARY
    namespace = call.account(namespace_name)
    repository = call.repository(namespace, name)
    caller = call.caller
    if caller is None or not (
        caller.repository_role(namespace_name, repository) == "admin" or caller.has_full_access
    ):
        return call.refuse()
    options = _options(call)
    if isinstance(options, Answer):
        return options
    if namespace is None or repository is None:
        if namespace is not None:
            _log(call, namespace, "export_logs_failure", options, error="non-existent repository", repo=name)
        return call.missing()
    return _queue(call, namespace, repository, options)


def _options(call: Call) -> dict[str, Any] | Answer:
    """The JSON body, or what is wrong with it. Dates in it are ignored."""
    if call.request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return answers.message(
            415,
            "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
        )
    try:
        body = json.loads(call.request.content)
    except ValueError:
        return answers.not_understood()
    complaint = _schema_complaint(body)
    return call.invalid(complaint) if complaint else dict(body)


def _queue(
    call: Call, namespace: Account, repository: Repository | None, options: Mapping[str, Any]
) -> Answer:
    url, email = options.get("callback_url"), options.get("callback_email")
    try:
        during = range_from_query(call.argument("starttime"), call.argument("endtime"), call.now)
    except OverflowError:
        return answers.internal_error()
    repo = {"repo": repository.name} if repository else {}
    complaint = _callback_complaint(call, url, email)
    if complaint is not None:
        _log(call, namespace, "export_logs_failure", options, error="invalid request", **repo)
        return call.invalid(complaint)
    if during.is_backwards:
        _log(call, namespace, "export_logs_failure", options, error="Invalid time span selected", **repo)
        return call.invalid("Invalid time span selected")
    job = ExportJob(
        export_id=next(call.world.uuids),
        server=call.server,
        namespace_id=namespace.id,
        namespace=namespace.name,
        repository_id=repository.id if repository else None,
        repository=repository.name if repository else None,
        start=during.start,
        end=during.end,
        callback_url=url or None,
        callback_email=email or None,
    )
    call.world.export_queue.put(job)
    _log(
        call,
        namespace,
        "export_logs_success",
        options,
        export_id=job.export_id,
        message="queued for export",
        **repo,
    )
    return answers.as_json({"export_id": job.export_id})


def _log(call: Call, namespace: Account, kind: str, options: Mapping[str, Any], **keys: str) -> None:
    """Write the audit row of an export; it is not attached to the repository even where it is about one."""
    repo = {"repo": keys.pop("repo")} if "repo" in keys else {}
    caller = call.caller
    call.store.log(
        kind,
        call.now,
        namespace.name,
        performer=caller.account.name if caller else None,
        ip=CLIENT_ADDRESS,
        metadata={
            "date/time": int(call.now.timestamp()),
            **keys,
            "url": options.get("callback_url") or None,
            "email": options.get("callback_email") or None,
            **repo,
            **(caller.metadata_of_token() if caller else {}),
        },
    )


def _callback_complaint(call: Call, url: str | None, email: str | None) -> str | None:
    """What Quay says against a callback."""
    habits = call.world.habits
    complaint = url and complaint_about_url(url, habits.ssrf_allowed_hosts, habits.addresses_of)
    if not complaint and email and "@" not in email:
        return "Invalid callback e-mail"
    return complaint or None


def _schema_complaint(body: Any) -> str | None:
    """What the JSON schema validator says, in its words; None when the body is right."""
    if not isinstance(body, dict):
        return _violation(body, "object", "schema", _SCHEMA, "instance")
    for key, schema in _PROPERTIES.items():
        if key in body and not isinstance(body[key], str):
            where = f"['properties'][{key!r}]"
            return _violation(body[key], "string", f"schema{where}", schema, f"instance[{key!r}]")
    return None


def _violation(value: Any, expected: str, where: str, schema: Any, instance: str) -> str:
    shown = "\n".join("    " + line for line in pformat(schema, width=72).splitlines())
    return (
        f"{value!r} is not of type {expected!r}\n\nFailed validating 'type' in {where}:\n{shown}\n\n"
        f"On {instance}:\n    {value!r}"
    )


ROUTES = tuple(
    Route(f"{path}/exportlogs", post=endpoint, is_on=lambda habits: habits.log_export)
    for path, endpoint in (
        ("user", export_user_logs),
        (ORGANIZATION, export_organization_logs),
        (REPOSITORY, export_repository_logs),
    )
)
