"""Stories about logins and requests that fail, each in every way that Quay tells apart.

Source: quay/quay auth/credentials.py:64-230, auth/oauth.py:125-169, endpoints/api/user.py:738-755,
endpoints/api/__init__.py:462-476, ffba0c70.
"""

from datetime import timedelta
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.credentials import ANONYMOUS, OAuthToken, with_password
from pipeline.demo.history.estate import OWNERS, new_digest
from pipeline.demo.history.networks import RUNNERS_BY_NAMESPACE
from pipeline.demo.history.people import PEOPLE
from pipeline.demo.history.session import Session

BAD_PASSWORD: Final = "Invalid Username or Password"
OAUTH: Final = {"type": "quayauth", "kind": "oauth"}
APP_TOKEN: Final = {"type": "v2auth", "kind": "app_specific_token"}


def log_in_and_out(session: Session) -> None:
    """A person signs in on the web, logs a registry tool in, and signs out."""
    sign_in(session)
    session.wait(minutes=2)
    session.world.journal.add(session.client(with_password(session.name)).log_in(session.at))
    session.in_account("logout_success")


def sign_in(session: Session) -> None:
    """A web sign-in has no performer: Quay writes it before it knows the user."""
    login = {"type": "quayauth", "useragent": session.user_agent}
    session.write_as(None, "login_success", session.name, login)


def mistype(session: Session) -> None:
    """A password is mistyped on the web, then at the registry, then with a name that nobody has."""
    web = {"type": "quayauth", "kind": "user", "useragent": session.user_agent, "message": BAD_PASSWORD}
    session.write("login_failure", session.name, {**web, "username": session.name})
    session.write_as(None, "login_failure", None, {**web, "username": f"{session.name}x"})
    registry = {
        "type": "v2auth",
        "kind": "user",
        "username": session.name,
        "useragent": session.person.user_agent,
        "message": BAD_PASSWORD,
    }
    session.write_as(None, "login_failure", None, registry)


def use_dead_credentials(session: Session) -> None:
    """App-specific and OAuth tokens that nobody knows, a robot with an old token, and one that is gone."""
    world, organization = session.world, session.organization
    session = Session(
        world, session.person, organization, session.at, network=RUNNERS_BY_NAMESPACE[organization]
    )
    claimed = {"useragent": world.free_text("useragent")}
    session.write_as(None, "login_failure", None, {**APP_TOKEN, **claimed, "message": "Invalid token"})
    unknown = "OAuth access token could not be validated"
    session.write_as(None, "login_failure", None, {**OAUTH, **claimed, "message": unknown})
    for name, performer in ((f"{organization}+ci", f"{organization}+ci"), (f"{organization}+gone", None)):
        robot = {
            "type": "v2auth",
            "kind": "robot",
            "robot": name,
            "username": organization,
            **claimed,
            "message": f"Could not find robot with username: {name} and supplied password.",
        }
        session.write_as(performer, "login_failure", organization, robot)


def use_an_expired_token(session: Session) -> None:
    """An OAuth token has expired, and the row of it names a wrong performer: the account of the token's number.

    Source: quay/quay auth/oauth.py:144-158, ffba0c70.
    """
    world = session.world
    granted = world.rng.choice(world.estate.oauth_tokens)
    stranger = world.rng.choice([person.name for person in PEOPLE if person.name != granted.user])
    token = OAuthToken(world.store.account(stranger).id, granted.application, granted.user)
    metadata = {
        **OAUTH,
        "token": f"DEMO{token.id:016d}",
        "application_name": token.application.name,
        **token.keys,
        "username": token.user,
        "useragent": user_agents.REQUESTS,
        "message": "OAuth access token has expired",
    }
    session.write_as(stranger, "login_failure", token.application.namespace, metadata)


def ask_in_vain(session: Session) -> None:
    """Pulls, pushes and deletions that fail: no right, no such repository, no such namespace."""
    world, rng = session.world, session.world.rng
    namespace = rng.choice([name for name in OWNERS if name not in session.person.organizations])
    repository = world.estate.repositories[namespace][0]
    for kind in ("pull_repo_failed", "push_repo_failed", "delete_tag_failed"):
        for credential in (ANONYMOUS, with_password(session.name)):
            client = session.client(credential)
            session.wait(minutes=1)
            step = timedelta(seconds=3, microseconds=rng.randrange(1_000_000))
            tag, digest = {"tag": "latest"}, {"manifest_digest": new_digest(rng)}
            here = {"namespace": namespace, "repo": world.free_text("repository asked for")}
            nowhere = {"namespace": f"{namespace}e", "repo": "web"}
            rows = [
                client.refusal(kind, session.at, repository, tag),
                client.refusal(kind, session.at + step, repository, digest),
                client.miss(kind, session.at + 2 * step, namespace, {**here, **tag}),
                client.miss(kind, session.at + 3 * step, None, {**nowhere, **digest}),
            ]
            world.journal.add_all(rows)


STORIES = (log_in_and_out, mistype, use_dead_credentials, use_an_expired_token, ask_in_vain)
