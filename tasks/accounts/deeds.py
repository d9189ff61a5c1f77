"""The record of who did what, written in the transaction of the deed itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tasks.models import Deed

LONGEST = 400  # characters of the detail that are kept

NAMES = {
    "user.add": "Thêm tài khoản",
    "user.password": "Đặt lại mật khẩu",
    "user.disable": "Khóa tài khoản",
    "user.enable": "Mở khóa tài khoản",
    "user.change": "Sửa tài khoản",
    "user.sign_out": "Kết thúc mọi phiên của tài khoản",
    "user.link": "Liên kết đăng nhập một lần",
    "user.unlink": "Gỡ liên kết đăng nhập một lần",
    "sign_in": "Đăng nhập",
    "sign_in.failed": "Đăng nhập không thành công",
    "sign_in.link": "Đăng nhập bằng đường dẫn",
    "sign_in.open_id": "Đăng nhập một lần",
    "sign_out": "Đăng xuất",
    "sign_in.end": "Kết thúc phiên đăng nhập",
    "link.asked": "Gửi đường dẫn đăng nhập",
    "link.made": "Tạo đường dẫn đăng nhập",
    "feed.made": "Tạo địa chỉ lịch",
    "feed.revoked": "Thu hồi địa chỉ lịch",
    "attachment.removed": "Bỏ tệp đính kèm",
    "agency.edit": "Sửa danh bạ",
    "agency.mended": "Khắc phục địa chỉ thư",
    "agency.asked": "Đề nghị sửa danh bạ",
    "agency.answered": "Xem đề nghị, không sửa",
    "webhook.add": "Thêm kết nối báo thay đổi",
    "webhook.disable": "Dừng kết nối báo thay đổi",
    "webhook.enable": "Bật lại kết nối báo thay đổi",
    "webhook.remove": "Xóa kết nối báo thay đổi",
    "token.add": "Tạo khóa truy cập",
    "token.revoke": "Thu hồi khóa truy cập",
}
"""What the deeds of accounts are called; the portal's own are called by their forms."""


@dataclass(frozen=True, slots=True)
class About:
    """What a deed was done to, in words; `network` is the address that the request came from."""

    subject: str = ""
    detail: str = ""
    network: str = ""


NOTHING = About()


def record(session: Session, by: str, action: str, now: datetime, about: About = NOTHING) -> None:
    """Record a deed."""
    session.add(
        Deed(
            at=now,
            by=by,
            action=action,
            subject=about.subject,
            detail=about.detail[:LONGEST],
            network=about.network,
        )
    )
    session.flush()
