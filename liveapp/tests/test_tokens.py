import pytest

from liveapp import tokens


def test_token_names_its_device_and_matches_its_hash():
    token = tokens.new_token("kitchen")
    assert tokens.claimed_id_of(token) == "kitchen"
    assert tokens.matches(token, tokens.hash_token(token))


def test_no_two_tokens_are_equal():
    assert len({tokens.new_token("kitchen") for _ in range(100)}) == 100


def test_secret_has_256_bits():
    assert len(tokens.new_token("kitchen").partition(".")[2]) == 43


def test_longest_device_id_still_makes_a_token_that_names_it():
    assert tokens.claimed_id_of(tokens.new_token("x" * 64)) == "x" * 64


def test_hash_does_not_hold_the_token():
    token = tokens.new_token("kitchen")
    assert token.partition(".")[2] not in tokens.hash_token(token)


@pytest.mark.parametrize("other", ["", "kitchen.", "kitchen.x", "\ud800", "kitchen.ä"])
def test_other_token_does_not_match(other):
    assert not tokens.matches(other, tokens.hash_token(tokens.new_token("kitchen")))


def test_token_that_is_far_too_long_belongs_to_no_device():
    assert tokens.claimed_id_of("kitchen." + "x" * 1_000_000) == ""


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer a.b", "a.b"),
        ("bearer  a.b ", "a.b"),
        ("Basic a.b", ""),
        ("a.b", ""),
        ("Bearer", ""),
        ("", ""),
        ("Bearera.b", ""),
    ],
)
def test_bearer_token_is_read_from_its_header(header, token):
    assert tokens.bearer_of(header) == token
