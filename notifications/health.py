"""Whether mails can leave: the mail server is greeted and left again, or the folder of .eml files is written to."""

import asyncio

from notifications.delivering.smtp import SmtpServer
from notifications.delivering.transport import OutageError, Transport
from tasks.health import Check

_REMEDY = "Kiểm tra DONDOC_SMTP_HOST, DONDOC_SMTP_PORT, DONDOC_SMTP_TLS, tên đăng nhập và mật khẩu; rồi chạy lại dondoc doctor."


def check_mail(transport: Transport) -> Check:
    """Open a connection, log in where that is configured, and hang up; nothing is sent."""
    try:
        asyncio.run(_greet(transport))
    except OutageError as error:
        return Check("mail", ok=False, detail=str(error), remedy=_REMEDY)
    if isinstance(transport, SmtpServer):
        secured = {"none": "không mã hóa", "starttls": "STARTTLS", "tls": "TLS"}[transport.tls]
        return Check("mail", ok=True, detail=f"Máy chủ thư {transport.place} nhận kết nối ({secured}).")
    return Check(
        "mail",
        ok=True,
        detail=f"Chưa cấu hình máy chủ thư: thư được ghi thành tệp .eml trong {transport.place}.",
        remedy="Đặt DONDOC_SMTP_HOST khi muốn gửi thật.",
    )


async def _greet(transport: Transport) -> None:
    channel = transport.channel()
    try:
        await channel.open()
    finally:
        await channel.close()
