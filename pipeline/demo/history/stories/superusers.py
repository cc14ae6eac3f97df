"""Stories about the registry's own administration: other people's accounts, and the keys of Quay's services."""

from datetime import timedelta
from typing import Any

from pipeline.demo.history.networks import KEY_SERVER
from pipeline.demo.history.session import Session
from pipeline.demo.history.stories.logins import APP_TOKEN, OAUTH

SERVICES = ("clair", "quay-builder")


def administer_users(session: Session) -> None:
    """A superuser makes an account, mends it, locks and unlocks it, and deletes it."""
    world = session.world
    name = world.newcomer(session.at).name
    by_superuser = {"superuser": session.name}
    session.write("user_create", name, {"email": f"{name}@example.com", "username": name, **by_superuser})
    changed = {"old_email": f"{name}@example.com", "email": f"{name}.new@example.com"}
    session.write("user_change_email", name, {**changed, **by_superuser})
    session.write("user_change_password", name, {"username": name, **by_superuser})
    session.write("user_disable", name, {"username": name, **by_superuser})
    session.wait(hours=1)
    session.write("user_enable", name, {"username": name, **by_superuser})
    deletion = session.write("user_delete", name, {"username": name})
    world.delete_at_end(deletion.at, lambda store: store.delete_user(name))


def lock_a_leaver_out(session: Session) -> None:
    """A contract ends and the account is disabled; the leaver's machines go on trying."""
    world = session.world
    leaver = session.beside(world.newcomer(session.at))
    name = leaver.name
    disabling = session.write("user_disable", name, {"username": name, "superuser": session.name})
    world.at_end(disabling.at, lambda store: store.disable_user(name))
    leaver.wait(hours=1)
    tried = {"username": name, "useragent": leaver.person.user_agent}
    locked_out = "This user has been disabled. Please contact your administrator."
    laptop = {**APP_TOKEN, "app_specific_token_title": "laptop", **tried, "message": locked_out}
    leaver.write("login_failure", name, laptop)
    application = world.rng.choice(world.estate.oauth_tokens).application
    granted = {
        **OAUTH,
        "token": f"DEMO{'Q' * 16}",
        "application_name": application.name,
        **tried,
        "message": "Granter of the oauth access token is disabled",
    }
    leaver.write("login_failure", application.namespace, granted)


def manage_service_keys(session: Session) -> None:
    """A superuser makes a key for a service, lets it live longer, renames it and deletes it."""
    key = _new_key(session)
    expires = int((session.at + timedelta(days=90)).timestamp())
    origin = {"preshared": True, "expiration_date": expires, "auto_approved": True}
    session.write("service_key_create", None, {**key, **origin})
    session.write("service_key_approve", None, {**key, **origin})
    session.wait(hours=1)
    session.write(
        "service_key_extend",
        None,
        {**key, "expiration_date": expires + 90 * 86_400, "old_expiration_date": None},
    )
    session.write("service_key_modify", None, {**key, "expiration_date": None})
    created = int(session.at.timestamp())
    session.write("service_key_delete", None, {**key, "created_date": created, "expiration_date": None})


def let_services_register(session: Session) -> None:
    """Services register, rotate and drop their keys with the key server; nobody is the performer.

    The address is in the metadata a second time. Source: quay/quay endpoints/keyserver/__init__.py:132-200, ffba0c70.
    """
    server = Session(session.world, session.person, session.organization, session.at, network=KEY_SERVER)
    server.host = session.world.rng.randrange(10, 20)
    key = _new_key(server)
    service = {"user_agent": f"{key['service']}/4.8.0", "ip": server.ip}
    expires = int((server.at + timedelta(days=30)).timestamp())
    server.write_as(
        None,
        "service_key_create",
        None,
        {**key, "preshared": False, "expiration_date": expires, **service},
    )
    signed = {**_new_key(server), "signer_kid": key["kid"], **service}
    server.wait(hours=1)
    server.write_as(None, "service_key_rotate", None, {**signed, "expiration_date": expires})
    server.write_as(None, "service_key_delete", None, signed)


def _new_key(session: Session) -> dict[str, Any]:
    rng = session.world.rng
    service = rng.choice(SERVICES)
    return {"kid": f"{rng.getrandbits(172):043x}", "service": service, "name": f"{service} key"}


STORIES = (administer_users, lock_a_leaver_out, manage_service_keys, let_services_register)
