"""The endpoints that need no account: error types, messages, discovery."""

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import ERROR_DESCRIPTIONS, Answer
from pipeline.demo.fakequay.calls import Call, Route


def error_type(call: Call, kind: str) -> Answer:
    """What a type of error means."""
    if kind not in ERROR_DESCRIPTIONS:
        return call.missing()
    address = f"{call.server}/api/v1/error/{kind}"
    return answers.as_json({"type": address, "title": kind, "description": ERROR_DESCRIPTIONS[kind]})


def messages(call: Call) -> Answer:
    """The messages of the registry's operators: none."""
    return answers.as_json({"messages": []})


def discovery(call: Call) -> Answer:
    """What the server offers, in the form of Swagger 2.0; internal endpoints are left out."""
    paths = {
        "/api/v1/user/logs": {"get": {"operationId": "listUserLogs"}},
        "/api/v1/organization/{orgname}/logs": {"get": {"operationId": "listOrgLogs"}},
        "/api/v1/repository/{repository}/logs": {"get": {"operationId": "listRepoLogs"}},
        "/api/v1/superuser/logs": {"get": {"operationId": "listAllLogs"}},
    }
    return answers.as_json({"swagger": "2.0", "host": call.request.url.host, "paths": paths})


ROUTES = (
    Route("error/([^/]+)", get=error_type),
    Route("messages", get=messages),
    Route("discovery", get=discovery),
)
