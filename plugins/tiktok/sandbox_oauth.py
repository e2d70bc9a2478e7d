"""The token endpoint: refreshing rotates the refresh token, and the old one dies at once. Errors are flat and come with HTTP 200.

Neither is documented; both are the harder case for a client. Source: oauth-user-access-token-management.
"""

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from gaung.plugins.tiktok.sandbox_research import Research
from gaung.plugins.tiktok.sandbox_state import DAY, State

if TYPE_CHECKING:
    from starlette.requests import Request


class OAuth:
    """The handlers."""

    def __init__(self, state: State, research: Research) -> None:
        self.state = state
        self.research = research

    async def token(self, request: "Request") -> Response:
        """Grant new tokens for a refresh token, or a client token to a client itself."""
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        ours = (self.state.client_key, self.state.client_secret)
        if (client := (given.get("client_key"), given.get("client_secret"))) not in (ours, self.research.client):
            return self.flat("invalid_client", "Client key or secret is incorrect.")
        if given.get("grant_type") == "client_credentials":
            return self.research.token(given)
        if client != ours:
            return self.flat("unauthorized_client", "The client may not act for users.")
        if given.get("grant_type") == "authorization_code":
            return self.flat("invalid_grant", "Authorization code is expired.")
        if given.get("grant_type") != "refresh_token":
            return self.flat("unsupported_grant_type", "The grant type is not supported.")
        open_id = self.state.refresh_tokens.pop(given.get("refresh_token", ""), None)
        account = self.state.accounts.get(open_id or "")
        if account is None:
            return self.flat("invalid_grant", "Refresh token is invalid or expired.")
        fresh = self.state.grant(account)
        token = self.state.tokens[fresh["access_token"]]
        return JSONResponse(
            {
                "access_token": fresh["access_token"],
                "expires_in": int(token.expires_at - self.state.world.now()),
                "open_id": account.external_id,
                "refresh_expires_in": 365 * DAY,
                "refresh_token": fresh["refresh_token"],
                "scope": ",".join(token.scopes),
                "token_type": "Bearer",
            },
            headers={"cache-control": "no-store"},
        )

    async def revoke(self, request: "Request") -> Response:
        """The user's permission ends; the answer is empty."""
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        if (given.get("client_key"), given.get("client_secret")) != (self.state.client_key, self.state.client_secret):
            return self.flat("invalid_client", "Client key or secret is incorrect.")
        token = self.state.tokens.get(given.get("token", ""))
        if token is None:
            return self.flat("invalid_request", "The token is invalid.")
        self.forget(token.open_id)
        return Response(status_code=200)

    def forget(self, open_id: str) -> None:
        """All tokens of a user die."""
        for access in [access for access, token in self.state.tokens.items() if token.open_id == open_id]:
            del self.state.tokens[access]
        for refresh in [refresh for refresh, owner in self.state.refresh_tokens.items() if owner == open_id]:
            del self.state.refresh_tokens[refresh]

    def flat(self, error: str, description: str, status: int | None = None) -> Response:
        """An OAuth error; quota `tiktok.oauth_error_status` gives it another HTTP status than 200."""
        body = {"error": error, "error_description": description, "log_id": f"{self.state.number():020d}"}
        return JSONResponse(body, status or self.state.world.quota("tiktok.oauth_error_status", 200))
