"""Tokens of the imitated Facebook: `/me/accounts`, `/debug_token`, exchange. Sources: access token guides; fact sheet 1.3."""

from typing import TYPE_CHECKING, Any

from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_fields import page, select
from gaung.plugins.meta.sandbox_graph import LONG_LIVED, Call

if TYPE_CHECKING:
    from gaung.plugins.facebook.sandbox import FacebookSandbox

USER = "10200000000000001"
TASKS = ["ANALYZE", "ADVERTISE", "MODERATE", "CREATE_CONTENT", "MANAGE"]
FIELDS = frozenset(["access_token", "category", "category_list", "name", "id", "tasks", "username", "link", "followers_count"])


class Login:
    """What a person and an app may ask about tokens."""

    def __init__(self, facebook: "FacebookSandbox") -> None:
        self.facebook = facebook
        self.user = USER

    async def accounts(self, call: Call) -> dict[str, Any]:
        """`GET /me/accounts`: the Pages of a person, each with its Page token."""
        call.allow("fields", "limit", "after", "before", "summary")
        if call.token.kind != "USER" or call.path.get("page", USER) != USER:
            raise missing(call.path.get("page", "me"))
        fields = call.params.get("fields", "")
        nodes = [
            {**self.facebook.page_node(account), "category_list": [{"id": "2603", "name": "Government Organization"}], "tasks": TASKS}
            for account in self.facebook.accounts.values()
        ]
        default = ("access_token", "category", "category_list", "name", "id", "tasks")
        url = str(call.request.url.replace(query=""))
        return page(nodes, {**call.params, "access_token": call.raw_token}, url, lambda node: select(node, fields, FIELDS, default))

    async def debug_token(self, call: Call) -> dict[str, Any]:
        """`GET /debug_token`: asked with the app's token. A token that is no good is told so inside `data`, with status 200."""
        call.allow("input_token")
        if call.token.kind != "APP":
            raise wrong("You must provide an app access token, or a user access token that is an owner or developer of the app")
        raw = call.need("input_token")
        token = self.facebook.tokens.get(raw)
        try:
            self.facebook.check(raw)
        except GraphError as error:
            problem = error.body()["error"]
            told = {"code": problem["code"], "message": problem["message"], "subcode": problem.get("error_subcode")}
            return {"data": {"app_id": self.facebook.app_id, "is_valid": False, "error": told, "scopes": []}}
        assert token is not None
        data: dict[str, Any] = {
            "app_id": self.facebook.app_id, "type": token.kind, "application": "Gaung (contoh)", "user_id": USER,
            "issued_at": int(token.issued_at), "expires_at": int(token.expires_at),
            "data_access_expires_at": int(token.issued_at) + 90 * 86400, "is_valid": True, "scopes": list(token.scopes),
            "granular_scopes": [{"scope": scope, "target_ids": [token.subject]} for scope in token.scopes],
        }  # fmt: skip
        if token.kind == "PAGE":
            data["profile_id"] = token.subject
        return {"data": data}

    async def exchange(self, call: Call) -> dict[str, Any]:
        """`/oauth/access_token` with `grant_type=fb_exchange_token`: a fresh long-lived user token. An expired one is refused."""
        call.allow("grant_type", "client_id", "client_secret", "fb_exchange_token", "set_token_expires_in_60_days")
        if call.need("grant_type") != "fb_exchange_token":
            raise wrong("Param grant_type must be fb_exchange_token")
        if (call.need("client_id"), call.need("client_secret")) != (self.facebook.app_id, self.facebook.app_secret):
            raise GraphError(101, "Error validating client secret.")
        token = self.facebook.check(call.need("fb_exchange_token"))
        fresh = self.facebook.new_token("USER", token.subject, token.scopes, prefix="EAAU")
        return {"access_token": fresh.value, "token_type": "bearer", "expires_in": LONG_LIVED}
