"""Stories about organizations: one comes and goes, its billing, default permissions, and exports of its log."""

from pipeline.demo.history.credentials import with_password
from pipeline.demo.history.estate import new_uuid
from pipeline.demo.history.people import HUMAN_SUPERUSER, PERSON_BY_NAME
from pipeline.demo.history.session import Session


def try_out_an_organization(session: Session) -> None:
    """Somebody makes an organization, a superuser gives it a better name, and in the end it is deleted."""
    world, old_name = session.world, session.world.name("pilot")
    new_name = f"{old_name}-renamed"
    world.store.add_organization(old_name, owners=[session.name], created_at=session.at)
    session.organization = old_name
    session.in_organization("org_create", email=f"{old_name}@example.com", namespace=old_name)
    repository = world.new_repository(old_name)
    session.in_repository("create_repo", repository)
    client = session.client(with_password(session.name))
    session.wait(minutes=10)
    world.journal.add(client.push_tag(session.at, repository, "latest"))
    superuser = session.beside(PERSON_BY_NAME[HUMAN_SUPERUSER])
    renaming = superuser.in_organization(
        "org_change_name", old_name=old_name, new_name=new_name, superuser=superuser.name
    )
    world.at_end(renaming.at, lambda store: store.rename_organization(old_name, new_name))
    session.wait(hours=1)
    deletion = session.in_organization("org_delete", namespace=new_name)
    world.delete_at_end(deletion.at, lambda store: store.delete_organization(new_name))


def rename_a_lasting_organization(session: Session) -> None:
    """An organization made under one name lives on under another: its older rows show the new one."""
    world, old_name = session.world, session.world.name("venture")
    new_name = f"{old_name}-labs"
    world.store.add_organization(old_name, owners=[session.name], created_at=session.at)
    session.organization = old_name
    session.in_organization("org_create", email=f"{old_name}@example.com", namespace=old_name)
    session.in_repository("create_repo", world.new_repository(old_name))
    superuser = session.beside(PERSON_BY_NAME[HUMAN_SUPERUSER])
    renaming = superuser.in_organization(
        "org_change_name", old_name=old_name, new_name=new_name, superuser=superuser.name
    )
    world.at_end(renaming.at, lambda store: store.rename_organization(old_name, new_name))


def settle_the_bills(session: Session) -> None:
    """Addresses and retention of an organization change."""
    named = {"namespace": session.organization}
    address = f"billing@{session.organization}.example.com"
    session.in_organization(
        "org_change_email", email=address, **named, old_email=f"{session.organization}@example.com"
    )
    session.in_organization("org_change_invoicing", invoice_email=True, **named)
    session.in_organization("org_change_invoicing", invoice_email_address=address, **named)
    session.in_organization("org_change_tag_expiration", tag_expiration=14 * 86_400, **named)


def set_default_permissions(session: Session) -> None:
    """Whoever makes a repository shares it with a team or a user by default: set, changed, dropped."""
    delegates = ({"delegate_team": "developers"}, {"delegate_user": "bob"})
    for delegate, activating in zip(delegates, (None, session.name), strict=True):
        prototype = {
            "prototypeid": new_uuid(session.world.rng),
            "username": session.name,
            "activating_username": activating,
        }
        session.in_organization("create_prototype_permission", **prototype, role="read", **delegate)
        session.in_organization(
            "modify_prototype_permission", **prototype, role="write", **delegate, original_role="read"
        )
        session.wait(minutes=15)
        session.in_organization("delete_prototype_permission", **prototype, role="write", **delegate)


def export_the_log(session: Session) -> None:
    """The log is exported for an auditor; a second try is refused."""
    moment = {"date/time": int(session.at.timestamp())}
    session.in_organization(
        "export_logs_success",
        **moment,
        export_id=new_uuid(session.world.rng),
        message="queued for export",
        url="https://audit.example.com/quay-export",
        email=None,
    )
    session.in_organization(
        "export_logs_failure", **moment, error="Invalid time span selected", url=None, email="a@example.com"
    )


STORIES = (
    try_out_an_organization,
    rename_a_lasting_organization,
    settle_the_bills,
    set_default_permissions,
    export_the_log,
)
