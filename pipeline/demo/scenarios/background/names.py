"""What things and people are called."""

from typing import Final

TEAMS_BY_ORGANIZATION: Final = {
    "payments": ("checkout", "ledger", "fraud"),
    "storefront": ("web", "search", "mobile"),
    "logistics": ("routing", "warehouse"),
    "dataplatform": ("pipelines", "ml", "analytics"),
    "platform": ("runtime", "delivery", "observability"),
    "security": ("detection", "identity"),
    "research": ("vision", "language"),
    "backoffice": ("billing", "people-ops"),
}
BASE_IMAGES: Final = (
    "base",
    "jre",
    "python",
    "node",
    "golang",
    "nginx",
    "toolbox",
    "postgres",
    "redis",
    "distroless",
)
MIRRORED: Final = ("nginx", "postgres", "redis")
COMPONENTS: Final = (
    "api", "worker", "web", "gateway", "scheduler", "indexer", "migrations", "consumer", "exporter", "cache",
    "admin", "reports", "importer", "notifier", "batch", "proxy", "cli", "e2e", "loadtest", "docs",
    "sync", "events", "pricing", "profile", "audit", "signing", "vault-init", "keys",
)  # fmt: skip
SENSITIVE_COMPONENTS: Final = ("signing", "vault-init", "keys")
TEST_COMPONENTS: Final = ("e2e", "loadtest", "docs", "cli")

GIVEN: Final = (
    "aisha", "alan", "alicja", "amara", "ana", "andre", "anna", "arjun", "ben", "bruno", "carla", "chen", "claire",
    "daniel", "deepa", "diego", "elena", "emma", "erik", "fatima", "felix", "gita", "hana", "hugo", "ines", "ivan",
    "jonas", "julia", "kai", "karin", "kenji", "lars", "leila", "liam", "lucia", "maja", "marco", "maria", "mei",
    "nadia", "nico", "nina", "oscar", "pavel", "priya", "rafael", "ravi", "rosa", "sam", "sara", "sofia", "tom",
    "uma", "vera", "victor", "wanda", "yara", "yuki", "zoe",
)  # fmt: skip
FAMILY: Final = (
    "adler", "almeida", "bauer", "berg", "brown", "carter", "costa", "das", "dubois", "evans", "farah", "fischer",
    "garcia", "gupta", "haas", "hansen", "hill", "ito", "iyer", "jensen", "jones", "kato", "keller", "khan", "klein",
    "kowalski", "kumar", "lang", "lee", "lima", "lopez", "marek", "meyer", "moore", "mori", "nair", "novak", "okafor",
    "olsen", "park", "patel", "pereira", "rao", "reyes", "rossi", "sato", "schulz", "shah", "silva", "singh", "smith",
    "souza", "tanaka", "taylor", "vogel", "wagner", "walsh", "weber", "wolf", "young", "zhang", "zielinski",
)  # fmt: skip

COMPLIANCE: Final = "audit.office"
TRIGGER_SERVICES: Final = ("github", "gitlab", "custom-git")
ISSUER: Final = "https://token.actions.githubusercontent.com"
