"""Stories about a person's own account: settings, sign-up, a new name, and leaving."""

from datetime import timedelta

from pipeline.demo.history.credentials import with_password
from pipeline.demo.history.session import Session


def change_settings(session: Session) -> None:
    """Somebody goes through all settings of the own account, then signs out."""
    person = session.person
    session.in_account("account_change_password")
    session.in_account(
        "user_change_email", email=f"{person.name}2@example.com", old_email=f"{person.name}@example.com"
    )
    session.in_account(
        "user_change_metadata",
        given_name=person.given_name,
        family_name=person.family_name,
        company=session.organization,
        location=person.city.name,
    )
    session.in_account("user_change_tag_expiration", tag_expiration=14 * 86_400)
    session.in_account("user_generate_client_key")
    session.in_account("logout_success")


def pay(session: Session) -> None:
    """Somebody takes a plan and gives an address for the invoices; the payment service confirms with nothing."""
    session.in_account("user_change_invoicing", invoice_email=True)
    session.in_account("user_change_invoicing", invoice_email_address="billing@example.com")
    session.in_account("account_change_plan", plan="bus-medium-2018")
    session.write("account_change_plan", session.name, {})
    session.write("account_change_cc", session.name, {})


def make_an_own_robot(session: Session) -> None:
    """A person's namespace gets a robot of its own."""
    name = session.world.name("bot")
    session.in_account("create_robot", robot=name, description=None, unstructured_metadata=None)
    session.world.store.add_robot(session.name, name, created_at=session.at)


def sign_up_and_leave(session: Session) -> None:
    """Somebody signs up, pulls once, turns the account into something else, and deletes it."""
    newcomer = session.beside(session.world.newcomer(session.at, "visitor"))
    name = newcomer.name
    account = {"email": f"{name}@example.com", "username": name}
    newcomer.write_as(None, "user_create", name, account)
    _pull_a_public_image(newcomer)
    newcomer.wait(hours=1)
    newcomer.in_account("account_convert")
    deletion = newcomer.in_account("user_delete", username=name)
    newcomer.world.delete_at_end(deletion.at, lambda store: store.delete_user(name))


def take_another_name(session: Session) -> None:
    """A newcomer takes another name: all older rows show the new one, their metadata keep the old."""
    newcomer = session.beside(session.world.newcomer(session.at, "trainee"))
    old_name = newcomer.name
    new_name = f"{old_name}-ng"
    _pull_a_public_image(newcomer)
    renaming = newcomer.in_account("user_change_name", old_username=old_name)
    newcomer.world.at_end(renaming.at, lambda store: store.rename_user(old_name, new_name))


def _pull_a_public_image(session: Session) -> None:
    world = session.world
    client = session.client(with_password(session.name))
    repository = world.estate.choice(["platform"], is_public=True).draw(world.rng)
    session.wait(minutes=5)
    world.journal.add(client.log_in(session.at))
    at = session.at + timedelta(seconds=3, microseconds=world.rng.randrange(1_000_000))
    world.journal.add(client.pull_tag(at, repository, "latest"))


STORIES = (change_settings, pay, make_an_own_robot, sign_up_and_leave, take_another_name)
