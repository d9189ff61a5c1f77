"""Talks to the OpenID provider of the settings: Authorization Code with PKCE, through Authlib.

Each step asks the provider's own description first, so that nothing is held in memory and a change of its keys or
addresses is followed at once. Tokens are judged by the wall clock, which the provider goes by too, whatever `--as-of` says.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dondoc.clock import system_clock
from dondoc.settings import Settings
from tasks.accounts.identities import LONGEST, Proof, issuer_key

TIMEOUT = 5.0  # seconds for each step of one request to the provider
LEEWAY = 60  # seconds that the provider's clock may differ from ours
# Signatures by a key that only the provider holds; never "none", never our shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_BASIC = "client_secret_basic"
_AWAY = (httpx.HTTPError, httpx.InvalidURL)
RETURN_PATH = "/dang-nhap/mot-lan/tro-ve"


class ProviderAwayError(Exception):
    """The provider did not answer, or not with what a provider answers."""


class NotProvenError(Exception):
    """What came back proves nobody; the words, for the record, say why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one browser was sent to the provider with, and must come back to: nobody else knows its secrets."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Asked":
        """Return new secrets."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


@contextmanager
def provider_of(settings: Settings) -> Iterator["Provider"]:
    """Yield the provider of the settings, for one request of ours. Raises ProviderAwayError, as everything of it does."""
    assert settings.oidc_issuer is not None
    with httpx.Client(timeout=TIMEOUT) as http:
        described = _asked(http, get_well_known_url(settings.oidc_issuer, external=True))
        if issuer_key(str(described.get("issuer"))) != issuer_key(settings.oidc_issuer):
            raise ProviderAwayError(f"{settings.oidc_issuer} calls itself {described.get('issuer')}")
        yield Provider(settings, http, described)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as it describes itself."""

    settings: Settings
    http: httpx.Client
    described: dict[str, Any]

    def address_for(self, asked: Asked) -> str:
        """Return where the browser proves to the provider who it is."""
        with_nonce = {"state": asked.state, "code_verifier": asked.verifier, "nonce": asked.nonce}
        address, _ = self._client().create_authorization_url(
            self._endpoint("authorization_endpoint"), **with_nonce
        )
        return str(address)

    def farewell(self) -> str | None:
        """Return where the browser ends its session at the provider too, None where the provider has no such place."""
        if not self.described.get("end_session_endpoint"):
            return None
        address = self._endpoint("end_session_endpoint")
        query = {
            "client_id": self.settings.oidc_client_id,
            "post_logout_redirect_uri": self._ours("/dang-nhap"),
        }
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def proof_of(self, code: str, asked: Asked) -> Proof:
        """Return whom the provider proves by a code that it gave the browser. Raises NotProvenError."""
        answer = self._exchanged(code, asked)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProvenError("the provider gave no ID token")
        claims = self._verified(token, answer.get("access_token"), asked)
        if self.settings.oidc_claim not in claims or "email" not in claims:
            claims = {**self._user_info(answer.get("access_token"), claims["sub"]), **claims}
        subject = claims.get(self.settings.oidc_claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST:
            raise NotProvenError(f"no claim {self.settings.oidc_claim}")
        email = claims.get("email") if claims.get("email_verified") is True else ""
        return Proof(
            issuer_key(str(self.settings.oidc_issuer)), subject, email if isinstance(email, str) else ""
        )

    def _exchanged(self, code: str, asked: Asked) -> dict[str, Any]:
        auth, known = self._credentials()
        try:
            return dict(
                self._client().fetch_token(
                    self._endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    auth=auth,
                    code=code,
                    code_verifier=asked.verifier,
                    **known,
                )
            )
        except AuthlibBaseError as error:
            raise NotProvenError(f"the code was refused: {error.error}") from None
        except (*_AWAY, ValueError) as error:
            raise ProviderAwayError(str(error)) from None

    def _credentials(self) -> tuple[httpx.Auth, dict[str, str]]:
        """Return how we prove ourselves: in the header where the provider allows it, else in the form."""
        client, secret = self.settings.oidc_client_id, self.settings.oidc_client_secret
        if secret is None:
            return httpx.Auth(), {"client_id": client}
        methods = self.described.get("token_endpoint_auth_methods_supported") or [_BASIC]
        if _BASIC in methods:
            return httpx.BasicAuth(client, secret.get_secret_value()), {}
        return httpx.Auth(), {"client_id": client, "client_secret": secret.get_secret_value()}

    def _verified(self, token: str, access_token: object, asked: Asked) -> dict[str, Any]:
        try:
            keys = KeySet.import_key_set({"keys": list(self._signing_keys())})
            read = jwt.decode(token, keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self.described["issuer"]},
                    "aud": {"essential": True, "value": self.settings.oidc_client_id},
                },
                params={
                    "nonce": asked.nonce,
                    "client_id": self.settings.oidc_client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=int(system_clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotProvenError(f"the ID token does not hold: {error}") from None
        return dict(claims)

    def _signing_keys(self) -> list[dict[str, Any]]:
        keys = _asked(self.http, self._endpoint("jwks_uri")).get("keys", [])
        if not isinstance(keys, list):
            raise ProviderAwayError("its keys are no list")
        kinds = {"RSA", "EC", "OKP"}
        return [
            key
            for key in keys
            if isinstance(key, dict) and key.get("kty") in kinds and key.get("use", "sig") == "sig"
        ]

    def _user_info(self, access_token: object, subject: object) -> dict[str, Any]:
        if not self.described.get("userinfo_endpoint") or not isinstance(access_token, str):
            return {}
        bearer = {"Authorization": f"Bearer {access_token}"}
        try:
            told = _asked(self.http, self._endpoint("userinfo_endpoint"), headers=bearer)
        except ProviderAwayError:  # the ID token alone may do
            return {}
        return told if told.get("sub") == subject else {}

    def _ours(self, path: str) -> str:
        return f"{self.settings.base_url.rstrip('/')}{path}"

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self.http,
            client_id=self.settings.oidc_client_id,
            scope=self.settings.oidc_scope,
            redirect_uri=self._ours(RETURN_PATH),
            code_challenge_method="S256",
        )

    def _endpoint(self, name: str) -> str:
        """Return an address of the provider's description, as safe as the issuer's own."""
        address = str(self.described.get(name, ""))
        parts = urlsplit(address)
        if not parts.netloc or parts.scheme not in {
            "https",
            urlsplit(self.settings.oidc_issuer or "").scheme,
        }:
            raise ProviderAwayError(f"its {name} is no address: {address[:200]}")
        return address


def _asked(http: httpx.Client, address: str, **options: Any) -> dict[str, Any]:
    try:
        found = http.get(address, **options).raise_for_status().json()
    except (*_AWAY, ValueError) as error:
        raise ProviderAwayError(f"{address}: {error}") from None
    if not isinstance(found, dict):
        raise ProviderAwayError(f"{address} is no JSON object")
    return found
