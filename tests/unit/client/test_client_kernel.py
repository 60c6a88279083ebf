"""A real Jupyter kernel over the gateway's doors: output, errors, completion, interruption."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from client_wire import NUMBERS, REFUSAL, Answer, Wire, slept
from jupyter_client import KernelManager
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec


@pytest.fixture(scope="module")
def kernel(
    served: Wire, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    home = tmp_path_factory.mktemp("kernel")
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        language="python",
    )
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "IPYTHONDIR": str(home),
        "WORKBENCH_URL": served.url,
        "WORKBENCH_TOKEN": served.session_token(),
        "WORKBENCH_LANG": "zh",
    }
    manager.start_kernel(env=env)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str, timeout: float = 30) -> list[dict[str, Any]]:
    """What the cell sent, until it is idle."""
    return finished(client, client.execute(code), timeout)


def finished(client: BlockingKernelClient, asked: str, timeout: float) -> list[dict[str, Any]]:
    sent, end = [], time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            message = client.get_iopub_msg(timeout=1)
        except queue.Empty:
            continue
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return sent
        sent.append(message)
    raise AssertionError(f"the cell did not end: {sent}")


def only(sent: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message["content"] for message in sent if message["msg_type"] == kind]


def test_a_notebook_session(kernel: Any, wire: Wire) -> None:
    _, client = kernel
    assert not only(run(client, "%load_ext workbench"), "error")
    shown = only(run(client, "%%sql prices\nselect n"), "execute_result")[0]["data"]
    assert "七十城房价" in shown["text/html"]
    assert "七十城房价" in shown["text/plain"]

    wire.queries.answers["select income"] = lambda call: REFUSAL
    sent = run(client, "%%sql prices\nselect income")
    (error,) = only(sent, "error")
    assert error["traceback"] == ["[not_granted] 没有授权读取 house_price.income。"]
    (teaching,) = only(sent, "display_data")
    html = teaching["data"]["text/html"]
    assert "黑龙江 2025 第二十二条" in html
    assert "columns: [income]  # &lt;用途&gt;" in html

    code = "%%sql prices\nselect * from house_"
    reply = client.complete(code, len(code), reply=True, timeout=10)["content"]
    assert reply["matches"] == ["house_price"]
    assert code[reply["cursor_start"] : reply["cursor_end"]] == "house_"
    code = "%%sql prices\nselect inc"
    reply = client.complete(code, len(code), reply=True, timeout=10)["content"]
    assert "income" not in reply["matches"]


def test_completion_is_the_same_whatever_is_withheld(kernel: Any, wire: Wire) -> None:
    """tables() is all that a kernel learns; its answer holds granted columns alone."""
    _, client = kernel
    run(client, "%load_ext workbench\nimport workbench\nclient = workbench.connect()")
    code = "%%sql prices\nselect  from house_price"
    reply = client.complete(code, code.index("  ") + 1, reply=True, timeout=10)["content"]
    assert set(reply["matches"]) == {"city", "month", "house_price"}


def test_interrupting_the_kernel_cancels_on_the_server(kernel: Any, wire: Wire) -> None:
    manager, client = kernel
    queries = wire.queries

    def slow(call: Any) -> Answer:
        queries.note("begun")
        slept(30, call.cancelled, queries.note)
        return Answer(NUMBERS)

    queries.answers["slow"] = slow
    queries.under_way = [
        {"id": "1", "scenario": "prices", "stage": "building", "seconds": 1.0, "percent": 40.0,
         "build": None, "rows": 0}
    ]  # fmt: skip
    run(client, "import workbench\nclient = workbench.connect()")
    asked = client.execute("client.sql('slow', scenario='prices')")
    wire.noted("begun")
    time.sleep(2.5)  # long enough for the progress line
    interrupted = time.monotonic()
    manager.interrupt_kernel()
    sent = finished(client, asked, 10)
    assert only(sent, "error")[0]["ename"] == "KeyboardInterrupt"
    assert wire.noted("cancelled") - interrupted < 2
    progress = only(sent, "display_data")[0]["data"]["text/html"]
    updates = [m["data"]["text/html"] for m in only(sent, "update_display_data")]
    assert any("正在构建工作区" in html and "40 %" in html for html in [progress, *updates])
    assert updates[-1] == ""
    again = run(client, "client.sql('select n', scenario='prices').rows")
    assert only(again, "execute_result")[0]["data"]["text/plain"] == "3"
