"""Sends a sign-in link: written and sent at once, never stored, for it carries a secret."""

import asyncio
import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import HANOI
from notifications.content.contexts import SignInLink
from notifications.content.rendering import render
from notifications.delivering.outbox import Claim
from notifications.delivering.sending import transport_for
from notifications.delivering.transport import OutageError, Transport
from notifications.mailing import read_letterhead
from notifications.mime import Envelope, Mailbox, build, message_id
from tasks.accounts.attempts import LINK_FOR_ADDRESS, LINK_FROM_NETWORK, spend
from tasks.accounts.sign_in_links import BY_MAIL, contact_with, make_link
from tasks.database import writing
from tasks.models import Agency, Contact, Decision
from web.portal import Portal

_log = logging.getLogger(__name__)
NOBODY_YET = "Hệ thống đôn đốc nhiệm vụ"  # signs while no decision is loaded


def count_asked(portal: Portal, address: str, network: str) -> str:
    """Count that a link was asked for, and return the address to send it to. Raises TooManyError, known address or not."""
    asked = address.strip().lower()[:200]
    with writing(portal.engine) as session:
        spend(session, ((LINK_FOR_ADDRESS, asked), (LINK_FROM_NETWORK, network)), portal.clock())
    return asked


def send_link(portal: Portal, asked: str) -> None:
    """Send a link to an address if an agency has registered it; the asker is told the same whatever comes of it."""
    now = portal.clock()
    with writing(portal.engine) as session:
        contact = contact_with(session, asked)
        if contact is None:
            return
        token = make_link(session, contact.agency, contact.email, contact.email, now, BY_MAIL)
        mail = _written(portal, contact, token, now, _coordinator(session, contact.agency.directory))
        sender = read_letterhead(portal.settings.mail_from, portal.settings.base_url).sender.address
    try:
        asyncio.run(_send(transport_for(portal.settings, sender), mail))
    except OutageError as error:
        _log.error("A sign-in link could not be sent: %s", error)


async def _send(transport: Transport, mail: Claim) -> None:
    channel = transport.channel()
    await channel.open()
    try:
        await channel.send(mail)
    finally:
        await channel.close()


def _coordinator(session: Session, directory: str) -> str:
    newest = (
        select(Agency.name)
        .join(Decision, Decision.coordinator_id == Agency.id)
        .where(Decision.directory == directory)
        .order_by(Decision.id.desc())
    )
    return session.scalar(newest.limit(1)) or NOBODY_YET


def _written(portal: Portal, contact: Contact, token: str, now: datetime, coordinator: str) -> Claim:
    letterhead = read_letterhead(portal.settings.mail_from, portal.settings.base_url)
    key = f"sign_in_link:{contact.id}:{now.isoformat()}"
    header = message_id(key, letterhead.sender.address)
    rendered = render(
        "sign_in_link",
        SignInLink(
            agency_name=contact.agency.name,
            coordinator_name=coordinator,
            link=f"{letterhead.base_url}/vao/{token}",
            valid_until=(now + BY_MAIL).astimezone(HANOI),
        ),
    )
    envelope = Envelope(
        sender=letterhead.sender,
        to=(Mailbox(contact.name, contact.email),),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=header,
        date=now,
        list_id=f"sign-in.{letterhead.domain}",
    )
    return Claim(
        id=0,
        key=key,
        message_id=header,
        worker="portal",
        until=now + BY_MAIL,
        attempts=1,
        mime=build(envelope),
        recipients=(contact.email,),
        reached=False,
    )
