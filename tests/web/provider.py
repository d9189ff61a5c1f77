"""A real OpenID provider as a process on the loopback, honest or lying about one claim; as a program it is that process."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.server_processes import answers, until

ROOT = Path(__file__).parent.parent.parent
CLIENT = "dondoc"


@dataclass(frozen=True)
class RunningProvider:
    """A provider that anybody may sign in at as anybody."""

    issuer: str
    process: "subprocess.Popen[bytes]"

    def knows(self, subject: str, **claims: object) -> None:
        """Tell the provider what it shall say of a person."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def consent(self, address: str, subject: str) -> str:
        """Sign in at the provider as `subject` where a browser was sent to; return where the browser is sent back to."""
        answer = httpx.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def running_provider(lie: str = "") -> Iterator[RunningProvider]:
    """Run a provider, ended whatever happens: an honest one, or one that lies about what `lie` names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    if lie == "expired":
        command += ["--token-max-age", "-600"]
    elif lie:
        command = [sys.executable, "-m", "tests.web.provider", lie, str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{issuer}/.well-known/openid-configuration"))
        yield RunningProvider(issuer, process)
    finally:
        process.kill()
        process.wait()


def _serve_lying(lie: str, port: int) -> None:
    """Serve the same provider, wrong in one place and else as it should be; `strict` is honest and holds people to PKCE."""
    import uvicorn
    from oidc_provider_mock import _app

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    _app.OpenIDCode = _lying(_app.OpenIDCode, lie)
    served = _app.app()
    if lie == "strict":
        _hold_to_pkce(served)
    if lie == "name":
        served.after_request(_renamed)
    uvicorn.run(served, interface="wsgi", port=port, log_config=None)


def _lying(honest: type, lie: str) -> type:
    from joserfc import jwk

    wrong = {
        "issuer": {"iss": "http://127.0.0.1:9/khac"},
        "audience": {"aud": "he-thong-khac"},
        "nonce": {"nonce": "khac"},
    }

    class Lying(honest):
        def generate_user_info(self, user: Any, scope: str) -> Any:
            return {**super().generate_user_info(user, scope), **wrong.get(lie, {})}

        def resolve_client_private_key(self, client: Any) -> Any:
            if lie == "key":
                return jwk.RSAKey.generate_key(2048, private=True)
            return super().resolve_client_private_key(client)

    return Lying


def _hold_to_pkce(served: Any) -> None:
    import flask
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    challenges: dict[str, str] = {}  # by code

    @served.after_request
    def remember(response: Any) -> Any:
        code = httpx.URL(response.headers.get("location", "")).params.get("code")
        if code:
            challenges[code] = flask.request.args["code_challenge"]
        return response

    @served.before_request
    def compare() -> Any:
        if flask.request.path != "/oauth2/token":
            return None
        form = flask.request.form
        proven = create_s256_code_challenge(form["code_verifier"]) == challenges.get(form["code"])
        return None if proven else (flask.jsonify(error="invalid_grant"), 400)


def _renamed(response: Any) -> Any:
    """Let the provider's description give another issuer than the one it was asked as."""
    if response.is_json and "issuer" in response.json:
        response.data = json.dumps({**response.json, "issuer": "https://khac.example"})
    return response


if __name__ == "__main__":
    _serve_lying(sys.argv[1], int(sys.argv[2]))
