"""Accounts bound to a person at an OpenID provider, and bounds on attempts, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from tasks.accounts.accounts import NewUser, add_user
from tasks.accounts.attempts import Bound, spend, wait_for
from tasks.accounts.identities import Proof, await_address, bind_subject, sign_in_proved
from tasks.accounts.passwords import matches
from tasks.accounts.sign_ins import FAILED, Origin, Refused, find_sign_in, sign_in
from tasks.actors import Role
from tasks.database import reading, writing
from tasks.errors import DomainError, TooManyError
from tasks.models import Identity
from tests.tasks.cast import at

NOW = at("2025-09-08")
ISSUER = "https://dang-nhap.example"
HERE = Origin("192.0.2.7", "Firefox")


@pytest.fixture
def office(engine: Engine) -> Engine:
    with writing(engine) as session:
        for login in ("an", "binh"):
            add_user(session, NewUser(login, Role.ADMINISTRATOR), "admin", NOW)
    return engine


def proof(subject: str, email: str = "", issuer: str = ISSUER) -> Proof:
    return Proof(issuer, subject, email)


def test_the_first_who_proves_the_address_is_bound_and_the_next_is_not(office: Engine):
    with writing(office) as session:
        await_address(session, "an", proof("", "An@So.example"), "admin", NOW)
    with writing(office) as session:
        token = sign_in_proved(session, proof("p-1", "an@so.example"), HERE, NOW)
        assert isinstance(token, str)
        assert isinstance(sign_in_proved(session, proof("p-2", "an@so.example"), HERE, NOW), Refused)
        found = find_sign_in(session, token, NOW)
        assert found is not None
        assert (found.login, found.issuer) == ("an", ISSUER)
    with reading(office) as session:
        bound = session.scalars(select(Identity)).one()
        assert (bound.subject, bound.bound_at, bound.used_at) == ("p-1", NOW, NOW)


def test_a_subject_counts_at_its_own_provider_only(office: Engine):
    with writing(office) as session:
        bind_subject(session, "an", proof("p-1"), "admin", NOW)
        refused = sign_in_proved(session, proof("p-1", issuer="https://khac.example"), HERE, NOW)
        assert isinstance(refused, Refused)


def test_nobody_is_bound_to_two_accounts(office: Engine):
    with writing(office) as session:
        bind_subject(session, "an", proof("p-1"), "admin", NOW)
        with pytest.raises(DomainError, match="đã liên kết với tài khoản an"):
            bind_subject(session, "binh", proof("p-1"), "admin", NOW)


def test_a_bound_says_how_long_to_wait_and_what_is_refused_does_not_count(office: Engine):
    bound = Bound("thử", 2, timedelta(minutes=10))
    with writing(office) as session:
        for minute in (0, 4):
            spend(session, ((bound, "an"),), NOW + timedelta(minutes=minute))
        for minute in (5, 6):
            with pytest.raises(TooManyError) as refused:
                spend(session, ((bound, "an"),), NOW + timedelta(minutes=minute))
            assert refused.value.wait == timedelta(minutes=10 - minute)
        spend(session, ((bound, "binh"),), NOW + timedelta(minutes=6))
        assert wait_for(session, bound, "an", NOW + timedelta(minutes=10)) == timedelta()
        spend(session, ((bound, "an"),), NOW + timedelta(minutes=10))


def test_an_unknown_a_disabled_and_a_passwordless_account_cost_the_same_verification(
    office: Engine, monkeypatch: pytest.MonkeyPatch
):
    """One argon2 verification each, of a hash with the same cost, whatever the account; counted, not timed."""
    from pwdlib.hashers.argon2 import Argon2Hasher

    verified: list[str] = []
    real = Argon2Hasher.verify

    def noting(self: Argon2Hasher, password: str, stored: str) -> bool:
        verified.append(stored.rpartition("$")[0].rpartition("$")[0])
        return real(self, password, stored)

    with writing(office) as session:
        new = NewUser("chi", Role.ADMINISTRATOR, password="cây đa bến nước sân đình")
        add_user(session, new, "admin", NOW)
    monkeypatch.setattr(Argon2Hasher, "verify", noting)
    for login in ("chi", "an", "khong-co"):
        with writing(office) as session:
            assert sign_in(session, login, "sai mật khẩu rồi", HERE, NOW) == Refused(FAILED)
    assert len(verified) == 3
    assert len(set(verified)) == 1  # the same kind, version and cost
    assert matches("bất kỳ", "") is False
