"""Stories about teams: one is formed, grows by invitation, shrinks, and is dissolved."""

from pipeline.demo.history.session import Session


def form_a_team(session: Session) -> None:
    """A team is made, described, given a role, filled, tied to a directory, and deleted."""
    rng = session.world.rng
    team = {"team": session.world.name("team")}
    session.in_organization("org_create_team", **team)
    session.in_organization("org_set_team_description", **team, description=session.world.free_text("team"))
    session.in_organization("org_set_team_role", **team, role=rng.choice(("member", "creator", "admin")))
    session.in_organization("org_add_team_member", member="frank", **team)
    session.in_organization("org_remove_team_member", member="frank", **team)
    session.in_organization("enable_team_sync", **team)
    session.wait(hours=1)
    session.in_organization("disable_team_sync", **team)
    session.in_organization("org_delete_team", **team)


def invite_people(session: Session) -> None:
    """Two users and an address are invited: one accepts, one declines, the address never answers."""
    world = session.world
    team = {"team": "readers"}
    for answer in ("accepted", "declined"):
        guest = world.newcomer(session.at, "guest")
        session.in_organization("org_invite_team_member", user=guest.name, member=guest.name, **team)
        session.wait(minutes=20)
        session.beside(guest).in_organization(
            f"org_team_member_invite_{answer}", member=guest.name, **team, inviter=session.name
        )
    absent = world.newcomer(session.at, "guest")
    invitation = {"user": absent.name, "member": absent.name, **team}
    session.in_organization("org_invite_team_member", **invitation)
    session.in_organization("org_delete_team_member_invite", **invitation)
    address = f"{world.name('applicant')}@example.com"
    by_mail = {"email": address, "member": address, **team}
    session.in_organization("org_invite_team_member", **by_mail)
    session.in_organization("org_delete_team_member_invite", **by_mail)


STORIES = (form_a_team, invite_people)
