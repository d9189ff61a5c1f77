"""Passwords: the rules for a new one, and their argon2 hashes."""

import re
import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from catalog.text import search_key

SHORTEST, LONGEST = 12, 128  # characters
FEWEST_DIFFERENT = 5  # characters
OWN_WORDS = 5  # characters that must remain beside what everybody tries
_OBVIOUS = re.compile("matkhau|password|dondoc|quantri|admin|abcdef|qwerty|0?123456(7(8(9)?)?)?|20[0-9]{2}")


def faults_of(password: str, login: str) -> list[str]:
    """Return what is wrong with a new password, as sentences; nothing when it may be used."""
    plain = search_key(password).replace(" ", "")
    found = []
    if len(password) < SHORTEST:
        found.append(f"Mật khẩu phải có ít nhất {SHORTEST} ký tự; có thể ghép vài từ dễ nhớ.")
    if len(password) > LONGEST:
        found.append(f"Mật khẩu dài nhất {LONGEST} ký tự.")
    if len(set(password)) < FEWEST_DIFFERENT:
        found.append(f"Mật khẩu phải có ít nhất {FEWEST_DIFFERENT} ký tự khác nhau.")
    if login and search_key(login).replace(" ", "") in plain:
        found.append("Mật khẩu không được chứa tên đăng nhập.")
    if len(_OBVIOUS.sub("", plain)) < OWN_WORDS:
        found.append("Mật khẩu quá dễ đoán; hãy dùng các từ khác.")
    return found


def hash_of(password: str) -> str:
    """Return the argon2 hash that is stored."""
    return _hasher().hash(password)


def matches(password: str, stored: str) -> bool:
    """Tell whether the password is the one stored; takes as long for an account that does not exist (`stored` empty)."""
    try:
        return _hasher().verify(password[:LONGEST], stored or _nobodys()) and bool(stored)
    except UnknownHashError:
        return False


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return hash_of(secrets.token_urlsafe())
