"""Secrets at rest."""

from __future__ import annotations

import pytest

from backend.common.crypto import Undecryptable, decrypt, encrypt, key_id

OLD, NEW = "an old key of at least thirty-two characters", "a new key of at least thirty-two characters"
PLACE = "organization|webhook|secret"


@pytest.mark.parametrize("text", ["", "s3cret", "emoji 🗝 and \n lines", "x" * 100_000])
def test_what_was_encrypted_opens_again(text):
    stored = encrypt(text, keys=[NEW], context=PLACE)

    assert decrypt(stored, keys=[NEW], context=PLACE) == text


def test_the_text_is_not_readable_and_no_two_are_alike():
    first, second = (encrypt("s3cret", keys=[NEW], context=PLACE) for _ in range(2))

    assert "s3cret" not in first
    assert first != second
    assert first.startswith(f"v1.{key_id(NEW)}.")


def test_the_newest_key_encrypts_and_any_decrypts():
    stored = encrypt("s3cret", keys=[OLD], context=PLACE)

    assert decrypt(stored, keys=[NEW, OLD], context=PLACE) == "s3cret"
    assert key_id(NEW) in encrypt("s3cret", keys=[NEW, OLD], context=PLACE)


def test_an_absent_key_is_named_by_its_id():
    stored = encrypt("s3cret", keys=[OLD], context=PLACE)

    with pytest.raises(Undecryptable, match=key_id(OLD)) as raised:
        decrypt(stored, keys=[NEW], context=PLACE)

    assert "s3cret" not in str(raised.value)


def test_a_value_opens_only_in_its_own_place():
    stored = encrypt("s3cret", keys=[NEW], context=PLACE)

    with pytest.raises(Undecryptable, match="another row"):
        decrypt(stored, keys=[NEW], context="organization|other webhook|secret")


def test_a_changed_value_does_not_open():
    version, known, text = encrypt("s3cret", keys=[NEW], context=PLACE).split(".")
    changed = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]

    with pytest.raises(Undecryptable, match="changed"):
        decrypt(f"{version}.{known}.{changed}", keys=[NEW], context=PLACE)


@pytest.mark.parametrize("stored", ["", "plain", "v1.only", "v1.00000000.not base64!", "v9.00000000." + "A" * 40])
def test_what_is_no_encrypted_value_is_told(stored):
    with pytest.raises(Undecryptable, match="format"):
        decrypt(stored, keys=[NEW], context=PLACE)


def test_without_a_key_nothing_is_encrypted():
    with pytest.raises(ValueError, match="STEPGRAPH_ENCRYPTION_KEYS"):
        encrypt("s3cret", keys=[], context=PLACE)
