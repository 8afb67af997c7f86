"""Who signed this request? Checked as strictly as the exchange may."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from executor.paper import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.paper.accounts import Account, PublicKey
    from executor.paper.floor import Floor
    from executor.paper.listing import Refusal

KEY_HEADER = "kalshi-access-key"
TIMESTAMP_HEADER = "kalshi-access-timestamp"
SIGNATURE_HEADER = "kalshi-access-signature"
# Measured: 10 s off is accepted, 30 s is not; where between the two is not known.
TIMESTAMP_DIGITS = 15
SKEW_ALLOWED = timedelta(seconds=10)
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=hashes.SHA256.digest_size)


def public_key(pem: bytes) -> PublicKey:
    """Read a customer's public key; the key, not its header, tells its kind.

    Raises:
        ValueError: not a key, or neither RSA nor Ed25519.
    """
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        raise ValueError("only RSA and Ed25519 keys can sign")  # noqa: TRY004 -- a value
    return key


def signer(floor: Floor, headers: Mapping[str, str], method: str, path: str) -> Account | Refusal:
    """The account whose key signed timestamp + method + path (from the root, without query)."""
    signature = headers.get(SIGNATURE_HEADER)
    if not signature:
        return refusals.SIGNATURE_MISSING
    account = floor.account_by_key(headers.get(KEY_HEADER, ""))
    if account is None or account.key is None:
        return refusals.KEY_UNKNOWN
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    if not _is_timely(timestamp, floor.clock.now()):
        return refusals.TIMESTAMP_EXPIRED
    if not _is_signed(account.key, signature, f"{timestamp}{method}{path}".encode()):
        return refusals.SIGNATURE_WRONG
    return account


def _is_timely(timestamp_ms: str, now: datetime) -> bool:
    if not (
        timestamp_ms.isascii() and timestamp_ms.isdigit() and len(timestamp_ms) <= TIMESTAMP_DIGITS
    ):
        return False
    signed_at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(timestamp_ms))
    return abs(now - signed_at) <= SKEW_ALLOWED


def _is_signed(key: PublicKey, signature: str, message: bytes) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(raw, message)
        else:
            key.verify(raw, message, _PSS, hashes.SHA256())
    except (InvalidSignature, binascii.Error):
        return False
    return True
