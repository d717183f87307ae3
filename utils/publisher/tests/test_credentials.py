"""The token is found where it may be, and never anywhere else."""

import pytest

from utils.publisher.credentials import find_token


@pytest.fixture
def token_file(tmp_path):
    file = tmp_path / "token"
    file.write_text("kitchen.file\n")
    file.chmod(0o600)
    return file


def test_the_token_of_the_environment_is_used():
    assert find_token(None, {"SENSE_TOKEN": " kitchen.env\n"}, None, []) == "kitchen.env"


def test_a_file_named_on_the_command_line_goes_first(token_file):
    assert find_token(str(token_file), {"SENSE_TOKEN": "kitchen.env"}, token_file, []) == "kitchen.file"


def test_the_environment_goes_before_a_file_named_elsewhere(token_file):
    assert find_token(None, {"SENSE_TOKEN": "kitchen.env"}, token_file, []) == "kitchen.env"


def test_systemds_credential_is_used(token_file):
    environment = {"CREDENTIALS_DIRECTORY": str(token_file.parent)}
    assert find_token(None, environment, None, []) == "kitchen.file"


def test_a_token_that_others_can_read_is_warned_of_with_the_mend(token_file):
    token_file.chmod(0o644)
    warnings: list[str] = []
    find_token(None, {}, token_file, warnings)
    assert f"chmod 600 {token_file}" in warnings[0]


def test_a_private_token_is_nothing_to_warn_of(token_file):
    warnings: list[str] = []
    find_token(None, {}, token_file, warnings)
    assert not warnings


def test_without_any_token_the_ways_to_give_it_are_told():
    with pytest.raises(ValueError, match="set SENSE_TOKEN, or name a file"):
        find_token(None, {}, None, [])


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"two words", "t\u00f6ken".encode(), b"\xff\xfe", b"a\x00b"]
)
def test_what_cannot_be_a_token_is_refused(token_file, content):
    token_file.write_bytes(content)
    with pytest.raises(ValueError, match=r"token|read"):
        find_token(None, {}, token_file, [])


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        find_token(None, {}, tmp_path / "none", [])
