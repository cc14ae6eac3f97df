"""Stories about robots, applications and tokens: credentials made, used, and taken away."""

from datetime import timedelta

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import AppToken, with_app_token, with_robot
from pipeline.demo.history.estate import new_client_id, new_uuid
from pipeline.demo.history.holdings import ISSUER
from pipeline.demo.history.session import Session


def try_out_a_robot(session: Session) -> None:
    """A robot is made, trusted to a build service, used, and deleted: its rows lose their performer."""
    world, organization = session.world, session.organization
    name = world.name("bot")
    full_name = f"{organization}+{name}"
    description = world.free_text("robot")
    robot = {"robot": name}
    session.in_organization("create_robot", **robot, description=description, unstructured_metadata=None)
    world.store.add_robot(organization, name, description=description, created_at=session.at)
    subject = f"repo:{organization}/app:ref:refs/heads/main"
    session.in_organization(
        "create_robot_federation", config=[{"issuer": ISSUER, "subject": subject}], **robot
    )
    exchange = {"subject": subject, "issuer": ISSUER, "robot": full_name}
    session.write_as(None, "federated_robot_token_exchange", organization, exchange)
    _pull_a_little(session, Client(with_robot(full_name), session.network, 99, user_agents.BUILDAH))
    session.in_organization("regenerate_robot_token", **robot)
    session.in_organization("delete_robot_federation", **robot)
    deletion = session.in_organization("delete_robot", **robot)
    world.at_end(deletion.at, lambda store: store.delete_robot(full_name))


def _pull_a_little(session: Session, client: Client) -> None:
    rng = session.world.rng
    repository = session.world.estate.choice([session.organization]).draw(rng)
    session.wait(minutes=3)
    session.world.journal.add(client.log_in(session.at))
    for number in range(1, 4):
        at = session.at + timedelta(seconds=7 * number, microseconds=rng.randrange(1_000_000))
        session.world.journal.add(client.pull_tag(at, repository, rng.choice(repository.tags)))


def make_a_robot_with_facts(session: Session) -> None:
    """A robot that stays, with facts attached as free JSON."""
    name = session.world.name("bot")
    session.in_organization(
        "create_robot", robot=name, description=None, unstructured_metadata={"ticket": "OPS-4711"}
    )
    session.world.store.add_robot(session.organization, name, created_at=session.at)


def register_an_application(session: Session) -> None:
    """An application is registered, changed, gets a new secret and tokens, loses them, and is deleted."""
    world = session.world
    name, client_id = world.name("app"), new_client_id(world.rng)
    body = {
        "name": name,
        "application_uri": "https://app.example.com",
        "redirect_uri": "https://app.example.com/cb",
        "description": world.free_text("application"),
        "application_name": name,
        "client_id": client_id,
    }
    named = {"application_name": name, "client_id": client_id}
    token = {"oauth_token_uuid": new_uuid(world.rng), **named}
    session.in_organization("create_application", **body)
    session.in_organization("update_application", **body)
    session.in_organization("reset_application_client_secret", **named)
    session.in_organization(
        "create_oauth_api_token",
        **token,
        scope="repo:read repo:write",
        token_display_name=world.free_text("token"),
        auth_method="OAuth",
    )
    session.in_organization(
        "oauth_token_assigned",
        assigning_user=session.name,
        assigned_user="bob",
        application=name,
        client_id=client_id,
    )
    session.wait(hours=1)
    session.in_organization("revoke_oauth_api_token", **token)
    session.in_organization("delete_application", **named)


def rotate_an_app_token(session: Session) -> None:
    """A person makes a token for a registry client, uses it a little, and revokes it."""
    world = session.world
    token = AppToken(session.name, new_uuid(world.rng), world.name("tmp"))
    session.in_account("create_app_specific_token", **token.naming)
    _pull_a_little(session, session.client(with_app_token(token)))
    session.wait(minutes=40)
    session.in_account("revoke_app_specific_token", **token.naming)


STORIES = (try_out_a_robot, make_a_robot_with_facts, register_an_application, rotate_an_app_token)
