"""Stored versions of the policy: what started under one keeps it."""

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.policy import Policy
from tasks.models import Ladder


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
    return {ladder.id: Policy.model_validate(ladder.body) for ladder in session.scalars(select(Ladder))}
