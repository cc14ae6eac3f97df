"""Those who administer the registry, or pose as such: accounts, keys, and the log."""

from datetime import timedelta
from typing import Any

from pipeline.demo.history import user_agents
from pipeline.demo.scenarios.acts import Act, Client, Console
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import SERVICE_ACCOUNT, Person


def organization_taken_over(stage: Stage) -> Injection:
    """A stolen superuser takes an organization, resets a password, and lets himself in everywhere."""
    superuser, network = _superuser(stage), stage.abroad()
    victim = stage.administrator(lambda person: person.organization != superuser.organization)
    console = Console(superuser.name, network, 6, superuser.browser)
    at = stage.burst(stage.rng.uniform(0, 20), 30, 40)
    by_superuser = {"username": victim.name, "superuser": superuser.name}
    taken = {
        "entity_id": 4711,
        "namespace": victim.organization,
        "was_user": False,
        "superuser": superuser.name,
    }
    acts = [
        console.on_account("take_ownership", at[0], taken),
        console.on_account("user_change_password", at[1], by_superuser, victim.name),
        console.on_account("user_disable", at[2], by_superuser, victim.name),
        console.act(
            "org_add_team_member", at[3], victim.organization, {"member": superuser.name, "team": "owners"}
        ),
    ]
    client = Client(superuser.credential, network, 6, user_agents.SKOPEO)
    wanted = stage.strange_to(superuser.name, [victim.organization], 20)
    acts += [client.pull(moment, each, each.tags[0]) for moment, each in zip(at[4:], wanted, strict=False)]
    subjects = names_of(superuser.password) | names_of(superuser.credential) | {network_name(network)}
    return stage.planned(subjects | {f"user:{victim.name}"}, acts)


def account_borrowed_overnight(stage: Stage) -> Injection:
    """A superuser resets a colleague's password, works as the colleague for an hour, and mends the address."""
    superuser, victim = _superuser(stage), stage.colleague()
    console = Console(superuser.name, superuser.office, superuser.host, superuser.browser)
    at = stage.moments_like(superuser.name, stage.workdays(1)[0], 1)[0]
    by_superuser = {"username": victim.name, "superuser": superuser.name}
    client = Client(victim.password, superuser.office, superuser.host, superuser.user_agent)
    acts = [
        console.on_account("user_change_password", at, by_superuser, victim.name),
        client.log_in(at + timedelta(minutes=4)),
    ]
    for number, repository in enumerate(stage.strange_to(victim.name, [victim.organization], 4), 1):
        acts.append(client.pull(at + timedelta(minutes=4 + 9 * number), repository, repository.tags[0]))
    end = at + timedelta(minutes=55)
    acts.append(console.on_account("user_change_password", end, by_superuser, victim.name))
    return stage.planned(names_of(superuser.password) | names_of(victim.password), acts)


def key_without_end(stage: Stage) -> Injection:
    """From abroad, a superuser makes service keys for a decade and approves one that nobody knows."""
    superuser, network = _superuser(stage), stage.abroad()
    console = Console(superuser.name, network, 6, superuser.browser)
    at = stage.burst(stage.rng.uniform(0, 20), 4, 60)
    acts = []
    for number, moment in enumerate(at):
        key = _key(stage, "quay" if number else "backup", f"sync {number}")
        expires = int((moment + timedelta(days=3650)).timestamp())
        key |= {"preshared": True, "expiration_date": expires, "auto_approved": True}
        kind = "service_key_approve" if number == len(at) - 1 else "service_key_create"
        acts.append(console.act(kind, moment, SERVICE_ACCOUNT, key))
    return stage.planned(names_of(superuser.password) | {network_name(network)}, acts)


def key_that_lives_longer(stage: Stage) -> Injection:
    """At work, a superuser makes one more key for a known service and then stretches its life by two years."""
    superuser = _superuser(stage)
    console = Console(superuser.name, superuser.office, superuser.host, superuser.browser)
    at = stage.moments_like(superuser.name, stage.workdays(1)[0], 2)
    key = _key(stage, "clair", "clair key")
    expires = int((at[0] + timedelta(days=90)).timestamp())
    made = {**key, "preshared": True, "expiration_date": expires, "auto_approved": True}
    longer = {**key, "expiration_date": expires + 730 * 86_400, "old_expiration_date": None}
    acts = [
        console.act("service_key_create", at[0], SERVICE_ACCOUNT, made),
        console.act("service_key_extend", at[1], SERVICE_ACCOUNT, longer),
    ]
    return stage.planned(names_of(superuser.password), acts)


def log_exported_abroad(stage: Stage) -> Injection:
    """A stolen administrator exports the logs of an organization, again and again, to a host of the thief's."""
    victim = stage.administrator()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 6, victim.browser)
    moments = stage.burst(stage.rng.uniform(0, 20), 3, 300)
    acts = [_export(stage, console, victim, at, "https://drop.example.net/in") for at in moments]
    return stage.planned(names_of(victim.password) | {network_name(network)}, acts)


def log_exported_at_work(stage: Stage) -> Injection:
    """An administrator exports the log once, at work, to a host that sounds like the company's."""
    insider = stage.administrator()
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    at = stage.moments_like(insider.name, stage.workdays(1)[0], 1)[0]
    domain = stage.estate.organizations[insider.organization]
    export = _export(stage, console, insider, at, f"https://archive-{domain}.example/logs")
    return stage.planned(names_of(insider.password), [export])


def _superuser(stage: Stage) -> Person:
    return stage.person(lambda person: person.is_superuser)


def _key(stage: Stage, service: str, name: str) -> dict[str, Any]:
    return {"kid": f"{stage.rng.getrandbits(172):043x}", "service": service, "name": name}


def _export(stage: Stage, console: Console, person: Person, at: Any, url: str) -> Act:
    metadata = {
        "date/time": int(at.timestamp()),
        "export_id": stage.uuid(),
        "message": "Export logs to url",
        "url": url,
        "email": None,
    }
    return console.act("export_logs_success", at, person.organization, metadata)


FAMILIES = {
    "superuser abuse": (organization_taken_over, account_borrowed_overnight),
    "service key": (key_without_end, key_that_lives_longer),
    "log export": (log_exported_abroad, log_exported_at_work),
}
