"""Who we are, proven to the exchange: RSA-PSS or Ed25519 over time, method and path.

Rules: docs.kalshi.com getting_started/api_keys, and its changelog of 2026-09-24 (Ed25519).
"""

from __future__ import annotations

import base64
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kwx_core.errors import ExchangeError

if TYPE_CHECKING:
    from pathlib import Path

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A 4096-bit RSA key in PEM is 3.3 kB; whatever is larger is some other file.
KEY_LIMIT_BYTES = 16_384


class KeyFileError(ExchangeError):
    """The private key cannot be used; the message says why and never shows a byte of it."""


def load_key(path: Path) -> PrivateKey:
    """Read a private key that nobody but us can read.

    Raises KeyFileError if the file is absent, not ours, open to others, or holds no usable key.
    """
    pem = _private_bytes(path)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # `from None`: the cause could quote what it failed to read.
        raise KeyFileError(f"{path} holds no unencrypted PEM private key") from None
    # The PEM header does not tell the kinds apart (since 2026-09-24 both arrive as PKCS#8),
    # so the parsed key decides.
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise KeyFileError(f"{path} holds a key that is neither RSA nor Ed25519; make one of those")
    return key


def headers(
    key_id: str, private_key: PrivateKey, method: str, path: str, now: datetime
) -> dict[str, str]:
    """Sign one request: the three headers the exchange asks for.

    `path` runs from the root, /trade-api/v2 included; a query is cut off, since it is not
    signed. `now` is UTC and must be within a few seconds of the exchange's clock.
    """
    timestamp_ms = str((now - EPOCH) // timedelta(milliseconds=1))
    text = f"{timestamp_ms}{method.upper()}{path.partition('?')[0]}".encode()
    return {
        "KALSHI-ACCESS-KEY": key_id,
        "KALSHI-ACCESS-TIMESTAMP": timestamp_ms,
        "KALSHI-ACCESS-SIGNATURE": base64.b64encode(_signature(private_key, text)).decode(),
    }


def _private_bytes(path: Path) -> bytes:
    """Open first and ask about the open file, so that it cannot be exchanged in between."""
    try:
        # Without O_NONBLOCK a named pipe would hold us here for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _require_private(path, os.fstat(descriptor))
            return os.read(descriptor, KEY_LIMIT_BYTES)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise KeyFileError(f"cannot read the key file {path}: {error.strerror}") from None


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(f"the key file {path} is not a file")
    if status.st_uid != os.geteuid():
        raise KeyFileError(f"the key file {path} belongs to another user; chown it to this one")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"the key file {path} is open to others; run: chmod 600 {path}")


def _signature(private_key: PrivateKey, text: bytes) -> bytes:
    match private_key:
        case ed25519.Ed25519PrivateKey():
            return private_key.sign(text)
        case rsa.RSAPrivateKey():
            # The salt is as long as the digest, 32 bytes: a verifier may insist on it.
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
            return private_key.sign(text, pss, hashes.SHA256())
