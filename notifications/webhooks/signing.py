"""Signatures as the Standard Webhooks specification has them.

Own code rather than the package `standardwebhooks`: the scheme is one HMAC of the standard library, and the package
would bring several more into every installation. The tests verify what is sent with code that is not this.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"
_BYTES = 32  # of the secret; the specification asks for 24 to 64


def new_secret() -> str:
    """Return a fresh secret as receivers are given it: `whsec_` and the key in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of an attempt made at `now`; `body` must be sent byte for byte."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, b".".join((message_id.encode(), stamp.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
