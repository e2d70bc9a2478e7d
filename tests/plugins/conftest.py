"""`receiver`: a real server to which the imitated platforms push, and which keeps what came."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from gaung.core.records import Account, Notice, WebhookAnswer, WebhookRequest
from gaung.core.sandbox.server import bind, listen
from gaung.core.sandbox.world import World
from gaung.core.testkit.server import TestSandbox

WEBHOOKS = "/webhooks"


@dataclass
class Receiver:
    """Answers what is pushed to `url`/PLATFORM by a plugin's hook; the first `refuse` posts get 500, anything elsewhere 404.

    `requests` is all that came, `answers` what the hook answered, `notices` each key once.
    """

    url: str = ""
    platform: str = ""
    plugin: Any = None
    accounts: tuple[Account, ...] = ()
    refuse: int = 0
    requests: list[WebhookRequest] = field(default_factory=list)
    answers: list[WebhookAnswer] = field(default_factory=list)

    @property
    def notices(self) -> dict[str, Notice]:
        return {notice.key: notice for answer in self.answers for notice in answer.notices}

    def serve(self, world: World, plugin: Any, *accounts: Account) -> None:
        """Have the imitated platforms push here, and read it by this plugin with the secrets of these accounts."""
        self.plugin, self.accounts, self.platform = plugin, accounts, accounts[0].platform
        world.webhook_url = self.url

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        if request.url.path != f"{WEBHOOKS}/{self.platform}":
            await PlainTextResponse("", 404)(scope, receive, send)
            return
        asked = WebhookRequest(
            method="GET" if request.method == "GET" else "POST",
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=await request.body(),
            received_at=datetime.now(UTC),
            accounts=self.accounts,
        )
        self.requests.append(asked)
        if asked.method == "POST" and self.refuse > 0:
            self.refuse -= 1
            await PlainTextResponse("", 500)(scope, receive, send)
            return
        self.answers.append(self.plugin.gaung_read_webhook(request=asked))
        await PlainTextResponse(self.answers[-1].body)(scope, receive, send)


@pytest.fixture
def receiver(sandbox: TestSandbox) -> Iterator[Receiver]:
    made = Receiver()
    sock, base = bind("127.0.0.1", 0)
    made.url = f"{base}{WEBHOOKS}"
    listening = listen(made, sock, base)
    yield made
    sandbox.world.webhook_url = ""
    listening.stop()
