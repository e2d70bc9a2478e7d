"""`receiver`: a real server to which the imitated platforms push, and which keeps what came."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from gaung.core.records import WebhookAnswer, WebhookRequest
from gaung.core.sandbox.server import bind, listen

Answer = Callable[[WebhookRequest], WebhookAnswer]


@dataclass
class Receiver:
    """Answers by `answer`, a plugin's hook, with 200; the first `refuse` posts get 500. `url` is for `world.webhook_url`."""

    url: str = ""
    answer: Answer | None = None
    refuse: int = 0
    requests: list[WebhookRequest] = field(default_factory=list)
    answers: list[WebhookAnswer] = field(default_factory=list)

    @property
    def notices(self) -> dict[str, Any]:
        """What came, each key once."""
        return {notice.key: notice for answer in self.answers for notice in answer.notices}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        asked = WebhookRequest(
            method="GET" if request.method == "GET" else "POST",
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=await request.body(),
            received_at=datetime.now(UTC),
            accounts=(),
        )
        text, status = "", 200
        if asked.method == "POST" and self.refuse > 0:
            self.refuse, status = self.refuse - 1, 500
        else:
            self.requests.append(asked)
            if self.answer is not None:
                self.answers.append(self.answer(asked))
                text = self.answers[-1].body
        await PlainTextResponse(text, status)(scope, receive, send)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    sock, base = bind("127.0.0.1", 0)
    made.url = f"{base}/webhooks"
    listening = listen(made, sock, base)
    yield made
    listening.stop()
