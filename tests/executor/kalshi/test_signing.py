from __future__ import annotations

import base64
import os
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from executor.kalshi.signing import KeyFileError, headers, load_key

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED25519_KEY = ed25519.Ed25519PrivateKey.generate()
PKCS8 = serialization.PrivateFormat.PKCS8
PKCS1 = serialization.PrivateFormat.TraditionalOpenSSL
OPEN = serialization.NoEncryption()
NOW = datetime(2026, 10, 15, 12, 0, 0, 123_999, tzinfo=UTC)
BALANCE = "/trade-api/v2/portfolio/balance"


def pem(key, shape=PKCS8, encryption=OPEN):
    return key.private_bytes(serialization.Encoding.PEM, shape, encryption)


def key_file(folder, content, mode=0o600):
    path = folder / "key.pem"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def verify(public_key, signed, text):
    """The strictest verifier: of the salt, 32 bytes and no other length will do."""
    signature = base64.b64decode(signed["KALSHI-ACCESS-SIGNATURE"], validate=True)
    if isinstance(public_key, ed25519.Ed25519PublicKey):
        public_key.verify(signature, text)
    else:
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
        public_key.verify(signature, text, pss, hashes.SHA256())


@pytest.mark.parametrize("key", [RSA_KEY, ED25519_KEY], ids=["rsa", "ed25519"])
def test_milliseconds_method_and_path_are_signed_and_the_query_is_not(key):
    signed = headers("key-1", key, "get", f"{BALANCE}?limit=5", NOW)
    assert signed["KALSHI-ACCESS-KEY"] == "key-1"
    assert signed["KALSHI-ACCESS-TIMESTAMP"] == "1792065600123"
    verify(key.public_key(), signed, b"1792065600123GET/trade-api/v2/portfolio/balance")
    with pytest.raises(InvalidSignature):
        verify(key.public_key(), signed, b"1792065600124GET/trade-api/v2/portfolio/balance")


@pytest.mark.parametrize(
    ("key", "shape"),
    [(RSA_KEY, PKCS8), (RSA_KEY, PKCS1), (ED25519_KEY, PKCS8)],
    ids=["rsa_pkcs8", "rsa_pkcs1", "ed25519_pkcs8"],
)
def test_the_parsed_key_and_not_the_header_of_its_file_tells_the_kind(tmp_path, key, shape):
    loaded = load_key(key_file(tmp_path, pem(key, shape)))
    text = b"1792065600123GET/trade-api/v2/portfolio/balance"
    verify(key.public_key(), headers("key-1", loaded, "GET", BALANCE, NOW), text)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644])
def test_a_key_that_others_may_touch_is_refused(tmp_path, mode):
    with pytest.raises(KeyFileError, match="open to others; run: chmod 600"):
        load_key(key_file(tmp_path, pem(ED25519_KEY), mode))


def test_a_key_of_another_user_is_refused(tmp_path, monkeypatch):
    path = key_file(tmp_path, pem(ED25519_KEY))
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(KeyFileError, match="belongs to another user"):
        load_key(path)


def test_a_folder_or_a_pipe_is_no_key_file(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(KeyFileError, match="is not a file"):
            load_key(path)


def test_an_absent_key_file_is_named(tmp_path):
    with pytest.raises(KeyFileError, match=r"absent\.pem: No such file"):
        load_key(tmp_path / "absent.pem")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 50,
        b"<html></html>",
        pem(RSA_KEY)[:400],
        pem(ED25519_KEY).replace(b"M", b"!"),
        pem(ED25519_KEY, PKCS8, serialization.BestAvailableEncryption(b"word")),
        pem(ec.generate_private_key(ec.SECP256R1())),
        b"x" * 100_000,
    ],
    ids=["empty", "binary", "html", "cut", "garbled", "encrypted", "elliptic", "large"],
)
def test_a_file_without_a_usable_key_is_one_line_that_shows_nothing_of_it(tmp_path, content):
    with pytest.raises(KeyFileError) as caught:
        load_key(key_file(tmp_path, content))
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert all(line.decode("latin1") not in message for line in content.splitlines()[1:-1])


@pytest.mark.parametrize("key", [RSA_KEY, ED25519_KEY], ids=["rsa", "ed25519"])
def test_a_key_shows_nothing_of_itself(key):
    secrets = [line.decode() for line in pem(key).splitlines()[1:-1]]
    assert not any(secret in f"{key!r}{key}" for secret in secrets)
