"""Stored versions of the policy: what started under one keeps it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from catalog.policy import Policy
from tasks.models import Ladder

_KEPT = 64  # versions read lately; one version never changes, and its digest says which it is
_read: dict[str, Policy] = {}
_BODY = select(Ladder.body).where(Ladder.digest == bindparam("digest"))


def store_policy(session: Session, policy: Policy) -> Ladder:
    """Return the stored version equal to `policy`, adding it when it is new."""
    body = policy.model_dump(mode="json", by_alias=True)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    ladder = session.scalar(select(Ladder).where(Ladder.digest == digest))
    if ladder is None:
        ladder = Ladder(digest=digest, body=body)
        session.add(ladder)
        session.flush()
    return ladder


def stored_policies(session: Session) -> dict[int, Policy]:
    """Return every stored version by its ladder id; there are few."""
    return {ladder.id: policy_of(ladder.digest, ladder.body) for ladder in session.scalars(select(Ladder))}


def kept_policy(session: Session, digest: str) -> Policy:
    """Return the stored version with this digest; it is read once in a process."""
    found = _read.get(digest)
    if found is None:
        found = policy_of(digest, session.connection().execute(_BODY, {"digest": digest}).scalar_one())
    return found


def policy_of(digest: str, body: Mapping[str, Any]) -> Policy:
    """Return a stored version, validated once in a process."""
    found = _read.get(digest)
    if found is None:
        if len(_read) >= _KEPT:
            _read.clear()
        found = _read[digest] = Policy.model_validate(body)
    return found
