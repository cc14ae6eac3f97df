"""Harmless change, one function each: planned before the first day, and left out by leaving out its name."""

from collections.abc import Callable
from random import Random
from typing import Final

from pipeline.demo.scenarios.background.drifts import fleet, governance, staff, supply, travels
from pipeline.demo.scenarios.background.world import World

Plan = Callable[[World, Random], None]

DRIFTS: Final[dict[str, Plan]] = {
    plan.__name__: plan
    for plan in (
        travels.trips,
        travels.holidays,
        travels.conferences,
        travels.new_providers,
        travels.moves_of_home,
        travels.vpn_roll_out,
        travels.night_work,
        staff.hires,
        staff.onboarding_days,
        staff.leavers,
        staff.project_moves,
        staff.user_renames,
        staff.organization_rename,
        staff.help_across_teams,
        fleet.ci_migrations,
        fleet.client_switches,
        fleet.client_upgrades,
        fleet.reimage_surges,
        fleet.broken_secrets,
        fleet.robot_rotations,
        fleet.new_federations,
        fleet.new_scanners,
        fleet.recovery_drill,
        fleet.big_clean_ups,
        governance.public_releases,
        governance.superuser_work,
        governance.exports_for_compliance,
        governance.app_token_campaign,
        governance.orphaned_namespace,
        governance.service_key_renewal,
        supply.mirror_changes,
        supply.build_triggers,
        supply.hotfix_reverts,
        supply.releases_by_hand,
        supply.new_maintainers,
    )
}
"""By name, in the order in which their plans of one day are carried out."""
