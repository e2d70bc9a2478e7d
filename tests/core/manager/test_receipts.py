import threading
from collections.abc import Generator
from typing import Any

import pytest

from gaung.core.errors import LeaseLost, PluginError, Rejected
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Content,
    Pending,
    Published,
    Ready,
)
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.objects import Echo, Policy, manager_of, toy_account

CONTENT = Content(format="text", title="", text="halo")


class FailsAfterwards:
    @hookimpl(wrapper=True)
    def gaung_publish(self) -> Generator[None, Any, Any]:
        yield
        raise ValueError("the audit file is full")

    @hookimpl(wrapper=True, trylast=True)
    def gaung_finish(self) -> Generator[None, Any, Any]:
        yield
        raise ValueError("the audit file is full")


def test_a_wrapper_that_fails_after_publishing_cannot_lose_the_receipt() -> None:
    plugins = manager_of(("audit", FailsAfterwards()), ("toy", Echo()))
    saved: list[Any] = []
    with pytest.raises(ValueError, match="audit file"):
        plugins.publish(toy_account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert saved == [Published("toy-1", "https://example.test/1")]
    with pytest.raises(ValueError, match="audit file"):
        plugins.finish(toy_account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert saved[1:] == [Published("toy-1", None)]


def test_a_wrapper_cannot_change_a_receipt_and_it_is_given_once() -> None:
    class Changes:
        @hookimpl(wrapper=True)
        def gaung_publish(self) -> Generator[None, Any, Any]:
            yield
            return {"not": "a receipt"}

    saved: list[Any] = []
    answer = manager_of(("changes", Changes()), ("toy", Echo())).publish(toy_account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert [answer] == saved == [Published("toy-1", "https://example.test/1")]


def test_a_receipt_that_cannot_be_saved_stops_the_call() -> None:
    def lost(_: Any) -> None:
        raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        manager_of(("toy", Echo())).publish(toy_account(), CONTENT, LiveAttempt(), on_receipt=lost)


def test_receipts_of_threads_do_not_mix() -> None:
    barrier = threading.Barrier(8)

    class Slow(Echo):
        @hookimpl
        def gaung_publish(self, content: Content) -> Any:
            barrier.wait()
            return Published(content.text, None)

    plugins = manager_of(("toy", Slow()))
    saved: dict[str, list[Any]] = {str(number): [] for number in range(8)}
    threads = [
        threading.Thread(
            target=plugins.publish,
            args=(toy_account(), Content(format="text", title="", text=key), LiveAttempt()),
            kwargs={"on_receipt": kept.append},
        )
        for key, kept in saved.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert saved == {key: [Published(key, None)] for key in saved}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "gaung_publish answered NoneType, not Published or Pending"),
        ({"id": 1}, "gaung_publish answered dict"),
        (Ready(), "gaung_publish answered Ready"),
        (Published(17, None), "external_id of type int"),  # type: ignore[arg-type]
        (Pending("soon"), "check_after of type str"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_answer_names_the_package_at_fault(answer: object, said: str) -> None:
    class Wrong(Echo):
        @hookimpl
        def gaung_publish(self, content: Content) -> Any:
            return answer

    saved: list[Any] = []
    with pytest.raises(PluginError, match=said) as caught:
        manager_of(("toy", Wrong()), package="gaung-toy").publish(toy_account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert caught.value.package == "gaung-toy"
    assert saved == []


@pytest.mark.parametrize("error", [Rejected("no", code="100"), LeaseLost("gone"), KeyError("bug")])
def test_what_a_platform_raises_comes_out_as_it_is(error: Exception) -> None:
    class Fails(Echo):
        @hookimpl
        def gaung_publish(self, content: Content) -> Any:
            raise error

    with pytest.raises(type(error)) as caught:
        manager_of(("toy", Fails()), ("policy", Policy())).publish(toy_account(), CONTENT, LiveAttempt())
    assert caught.value is error
