"""Events and findings for other systems: what they are there (kinds, ocsf, ecs, ...), and how they get there (sinks)."""
