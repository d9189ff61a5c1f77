import pytest

from tasks.accounts.passwords import faults_of, hash_of, matches


@pytest.mark.parametrize("password", ["ngắn", "a" * 20, "thu.ky-thu.ky-99", "matkhau123456", "x" * 200])
def test_weak_passwords_are_refused_with_a_sentence(password: str):
    assert faults_of(password, "thu.ky")


def test_a_few_words_make_a_password():
    assert faults_of("cây đa bến nước sân đình", "thu.ky") == []


def test_a_password_is_known_by_its_hash_alone_and_an_empty_hash_matches_nothing():
    stored = hash_of("cây đa bến nước")
    assert "cây" not in stored
    assert matches("cây đa bến nước", stored)
    assert not matches("cây đa bến nước ", stored)
    assert not matches("", "")
