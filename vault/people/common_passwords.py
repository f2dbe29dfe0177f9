"""Passwords that are long enough and yet tried first: refused whatever else the rule says.

Short ones need no place here, the minimum length refuses them. Kept by hand: keyboard walks, repeated words, product
and season words with years, in the forms that guessing lists try first.
"""

from __future__ import annotations

_WORDS = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "welcome", "letmein", "admin", "administrator", "changeme",
    "qwerty", "qwertyuiop", "iloveyou", "woaini", "dossier", "dossiervault", "vault", "secret", "company", "summer",
    "winter", "spring", "autumn", "monday", "football", "baseball", "princess", "sunshine", "dragon", "master",
    "trustno", "superman", "test", "guest", "login", "default", "beijing", "shanghai", "shenzhen", "woaiwojia",
)  # fmt: skip
_TAILS = (
    "", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "!", "!!", "1!", "123!",
    "@123", "#123", "2023", "2024", "2025", "2026", "2027", "2023!", "2024!", "2025!", "2026!", "520", "1314",
    "5201314", "888", "888888", "666666",
)  # fmt: skip
_WALKS = (
    "123456789012", "1234567890123", "12345678901234", "123456789012345", "1234567890123456", "0123456789012",
    "qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf", "qwertyuiopasdfghjkl", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv",
    "zaq12wsxcde3", "q1w2e3r4t5y6", "q1w2e3r4t5y6u7i8", "asdfghjkl123", "abcdefghijkl", "abcdefghijklmnop",
    "abc123abc123", "abcd1234abcd", "aaaabbbbcccc", "111122223333", "112233445566", "123123123123", "123321123321",
    "correcthorsebatterystaple",
)  # fmt: skip

COMMON_PASSWORDS = frozenset(
    {*_WALKS} | {word + tail for word in _WORDS for tail in _TAILS} | {word + word for word in _WORDS}
)
