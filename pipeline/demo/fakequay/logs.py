"""The endpoints of the logs and of their counts by kind and day."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.aggregates import (
    LONGEST_RANGE,
    counts_by_kind_and_day,
    in_no_order,
    most_frequent_kinds,
    shown_date,
)
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.calls import LIBRARY, ORGANIZATION, REPOSITORY, Call, Endpoint, Route
from pipeline.demo.fakequay.paging import Question
from pipeline.demo.fakequay.ranges import TimeRange, range_from_query, rfc_2822
from pipeline.demo.fakequay.views import ascii_json, entry_from_row
from pipeline.demo.log_tables import moment_from_datetime
from pipeline.demo.records import Account, Repository

SERVICE_KINDS = frozenset(
    f"service_key_{verb}" for verb in ("create", "approve", "delete", "modify", "extend", "rotate")
)

_SEARCH_UNAVAILABLE = {
    "search_unavailable": True,
    "message": "Audit log viewing requires a search_token to be configured for Splunk.",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose log: a namespace, a repository in it, or with neither the whole registry."""

    namespace: Account | None = None
    repository: Repository | None = None
    ignored_kinds: frozenset[str] = frozenset()

    @property
    def is_registry(self) -> bool:
        """Whether it is the superuser's log, which checks less and shows namespaces."""
        return self.namespace is None

    def question(self, during: TimeRange, performer: Account | None) -> Question:
        """The rows of this log in a range. A repository's log takes no performer."""
        return Question(
            start=moment_from_datetime(during.start),
            end=moment_from_datetime(during.end),
            account_id=self.namespace.id if self.namespace else None,
            performer_id=performer.id if performer and self.repository is None else None,
            repository_id=self.repository.id if self.repository else None,
            ignored_kinds=self.ignored_kinds,
        )


def subject_of_user(call: Call) -> Subject | Answer:
    """The caller's own namespace, without the rows about service keys."""
    if call.caller is None or not call.caller.is_user_admin():
        return call.refuse()
    return Subject(call.caller.account, ignored_kinds=SERVICE_KINDS)


def subject_of_organization(call: Call, name: str) -> Subject | Answer:
    """A namespace; users are namespaces here too. Only a superuser is told that there is none."""
    caller = call.caller
    if caller is None or not (caller.is_organization_admin(name) or caller.may_view_any_namespace):
        return call.refuse()
    namespace = call.account(name)
    if namespace is None:
        return answers.bare_message(400, message=f"Invalid namespace requested: {name}")
    return Subject(namespace)


def subject_of_repository(call: Call, namespace_name: str | None, name: str) -> Subject | Answer:
    """A repository; only who administers the namespace is told that there is none."""
    namespace_name = namespace_name or LIBRARY
    namespace = call.account(namespace_name)
    repository = call.repository(namespace, name)
    caller = call.caller
    if caller is None or not (
        caller.repository_role(namespace_name, repository) == "admin" or caller.may_view_any_namespace
    ):
        return call.refuse()
    return Subject(namespace, repository) if repository else call.missing()


def subject_of_registry(call: Call) -> Subject | Answer:
    """Everything, for superusers of both sorts."""
    if call.caller is None or not call.caller.is_any_superuser:
        return call.refuse()
    return Subject()


def _page(call: Call, subject: Subject) -> Answer:
    try:
        during = range_from_query(call.argument("starttime"), call.argument("endtime"), call.now)
    except OverflowError:
        return answers.internal_error()
    if during.is_backwards and not subject.is_registry:
        return answers.not_understood()
    performer = _performer(call, subject)
    if isinstance(performer, Answer):
        return performer
    echo = {"start_time": rfc_2822(during.start), "end_time": rfc_2822(during.end)}
    if call.world.habits.search_unavailable:
        return answers.as_json({**echo, "logs": [], **_SEARCH_UNAVAILABLE})
    place = call.world.tokens.open(call.argument("next_page"), call.now)
    if place and place.get("is_datetime") is False:  # a listing's: the database compares a time with an id
        return answers.internal_error()
    question = subject.question(during, performer)
    page = call.world.pager.page(question, place, is_capped=not subject.is_registry)
    accounts = call.store.accounts
    entries = b", ".join(entry_from_row(row, accounts, subject.is_registry) for row in page.rows)
    body = b'%s, "logs": [%s]' % (ascii_json(echo)[:-1], entries)
    if page.next_place is not None:
        body += b', "next_page": "%s"' % call.world.tokens.seal(page.next_place, call.now).encode()
    return answers.found(body + b"}\n")


def _performer(call: Call, subject: Subject) -> Account | Answer | None:
    """The account to filter by; 500 when there is none of that name: Quay asserts where it should look."""
    name = call.argument("performer")
    if not name or subject.repository or subject.is_registry:
        return None
    account = call.account(name)
    if account is None or account.is_organization:
        return answers.internal_error()
    return account


def _counts(call: Call, subject: Subject) -> Answer:
    try:
        during = range_from_query(call.argument("starttime"), call.argument("endtime"), call.now)
    except OverflowError:
        return answers.internal_error()
    if during.is_backwards and not subject.is_registry:
        return answers.not_understood()
    if during.end - during.start > LONGEST_RANGE:
        if subject.is_registry:  # quay/quay endpoints/api/superuser.py:97-118 does not catch it
            return answers.internal_error()
        return answers.message(400, "Invalid date range for logs")
    if "\0" in (call.argument("performer") or ""):
        return answers.internal_error()
    habits = call.world.habits
    if habits.search_unavailable:
        return answers.as_json({"aggregated": [], **_SEARCH_UNAVAILABLE})
    performer = _performer(call, subject)
    question = subject.question(during, None if isinstance(performer, Answer) else performer)
    counts = counts_by_kind_and_day(call.store.tables.values(), question)
    try:
        aggregated = [
            {"kind": kind, "count": count, "datetime": rfc_2822(shown_date(during.start, number))}
            for kind, number, count in in_no_order(most_frequent_kinds(counts, habits.aggregate_kind_limit))
        ]
    except ValueError:
        return answers.internal_error()
    return answers.as_json({"aggregated": aggregated})


def _about(find_subject: Endpoint, answer_about: Callable[[Call, Subject], Answer]) -> Endpoint:
    def endpoint(call: Call, *names: str) -> Answer:
        subject = find_subject(call, *names)
        return answer_about(call, subject) if isinstance(subject, Subject) else subject

    return endpoint


_SUBJECTS: dict[str, Endpoint] = {
    "user": subject_of_user,
    ORGANIZATION: subject_of_organization,
    REPOSITORY: subject_of_repository,
    "superuser": subject_of_registry,
}

ROUTES = (
    *(Route(f"{path}/logs", get=_about(subject, _page)) for path, subject in _SUBJECTS.items()),
    *(
        Route(
            f"{path}/aggregatelogs",
            get=_about(subject, _counts),
            is_on=lambda habits: habits.aggregated_log_count_retrieval,
        )
        for path, subject in _SUBJECTS.items()
    ),
)
