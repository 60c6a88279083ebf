"""A static server of the board's files and of pages made by hand: no kernel, no Voila."""

from __future__ import annotations

import functools
import http.server
import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import workbench.ui

STATIC = Path(workbench.ui.__file__).parent / "assets" / "static"
PREFIX = "/voila/templates/workbench/static/"
LAB = "/lab/extensions/workbench/static/"
SHARE = Path(workbench.ui.__file__).parent / "share" / "jupyter" / "voila" / "templates"
TEMPLATE = SHARE / "workbench" / "index.html.j2"
CELL = """<div cell-index="{n}" style="width: 100%"><div class="jp-Cell jp-Notebook-cell {kind}">
<div class="jp-Cell-{put}Wrapper"><div class="jp-Collapser jp-Cell-{put}Collapser"></div>{holds}
</div></div></div>"""
OUTPUT = """<div class="jp-OutputArea jp-Cell-outputArea"><div class="jp-OutputArea-child">
<div class="jp-OutputArea-output"><div id="here"></div></div></div></div>"""
SAID = """<div class="jp-InputArea jp-Cell-inputArea"><div class="jp-RenderedHTMLCommon
jp-RenderedMarkdown jp-MarkdownOutput"><p id="said">阿坝州</p></div></div>"""
CELLS = (
    '<div id="rendered_cells"><div>'
    + CELL.format(n=1, kind="jp-MarkdownCell", put="input", holds=SAID)
    + CELL.format(n=2, kind="jp-CodeCell", put="output", holds=OUTPUT)
    + "</div></div>"
)
"""Cells as Voila and nbconvert write them (lab/base.html.j2), with the widget's place in one."""
HOST = (Path(__file__).parent / "board_host.js").read_text(encoding="utf-8")
HEAD = f"""<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>board</title>
<link rel="icon" href="data:,"><style>body {{ margin: 0; }}</style>
<link rel="stylesheet" href="{PREFIX}board.css">
<script src="{PREFIX}board.js"></script><script>{HOST}</script>"""


BESIDE = '<div id="here"></div>'


def live_page(payload: Mapping[str, Any], around: str = BESIDE) -> str:
    """A page whose board is mounted at once, with a host in ``window.host``. ``around``: what the
    body holds, with the board's place in it."""
    return _page(
        payload,
        around,
        "window.host = makeHost(payload); window.mounted = workbenchBoard.mount(here, host)"
        ".then((view) => { window.view = host.view = view; });",
    )


def early_page(payload: Mapping[str, Any]) -> str:
    """A page as the leaders' server sends it: drawn from the payload in it, before any kernel."""
    return _page(
        payload,
        '<div id="workbench-board"></div><div id="rendered_cells"><div id="here"></div></div>',
        "window.drawn = workbenchBoard.early().then((view) => { window.view = view; });",
    )


def notebook_page(payload: Mapping[str, Any], *, last: bool) -> str:
    """A living page under the style sheet of JupyterLab and the style of our template, in cells as
    Voila makes them. ``last``: JupyterLab's rules come after ours, as in Voila."""
    sheet = next(Path(sys.prefix).glob("share/jupyter/nbconvert/templates/lab/static/index.css"))
    found = re.search(r"<style>(.*?)</style>", TEMPLATE.read_text(encoding="utf-8"), re.S)
    assert found
    lab = sheet.read_text(encoding="utf-8") + "input::placeholder { color: rgb(1, 2, 3); }"
    style = f"<style>{lab}</style><style>{found[1]}</style>"
    html = live_page(payload, CELLS).replace(
        'data-voila="voila"', 'data-voila="voila" class="jp-Notebook"'
    )
    place = "</head>" if last else "<link"
    return html.replace(place, f"{style}{place}", 1)


def widget_page(base: str = "/", *, voila: bool = False) -> str:
    """A page with the widget's module and a model made by hand, as anywidget would hand it over.
    ``window.workbenchWidget(model)`` renders, ``workbenchModel(model)`` only tells that the model
    is there; the server's base address is ``base``. ``voila``: as in Voila, with the board's own
    place."""
    body = '<body data-voila="voila"><div id="workbench-board"></div>' if voila else "<body>"
    config = json.dumps({"baseUrl": base})
    return (
        '<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        f'<script type="application/json" id="jupyter-config-data">{config}</script>'
        f'</head>{body}<div id="here"></div><script>{HOST}</script><script type="module">'
        'import widget from "/widget.js";'
        "const made = new Map();"
        "const of = (model) => made.get(model) || made.set(model, widget()).get(model);"
        "window.workbenchModel = (model) => of(model).initialize({ model });"
        "window.workbenchWidget = (model) => of(model).render({ model, el: here });"
        "</script></body></html>"
    )


def _page(payload: Mapping[str, Any], body: str, script: str) -> str:
    text = json.dumps(payload, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<!doctype html><html lang="zh-CN"><head>{HEAD}</head><body data-voila="voila">'
        f'<script type="application/json" id="workbench-early">{text}</script>{body}<script>'
        'const payload = JSON.parse(document.getElementById("workbench-early").textContent);'
        f"{script}</script></body></html>"
    )


class Site:
    """Pages by name; ``address(name)`` opens one."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.pages: dict[str, str] = {}

    def address(self, name: str, html: str = "") -> str:
        if html:
            self.pages[f"/{name}"] = html
        return f"{self.root}/{name}"


@contextmanager
def serving() -> Iterator[Site]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    site = Site(server.server_address[1])
    server.RequestHandlerClass = functools.partial(_Handler, site)  # type: ignore[assignment]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, site: Site, *given: Any) -> None:
        self.site = site
        super().__init__(*given, directory=str(STATIC))

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path in self.site.pages:
            content = self.site.pages[path].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        elif path == "/widget.js":
            self.directory = str(STATIC.parent)
            super().do_GET()
        elif path.startswith((PREFIX, LAB)):
            self.path = f"/{path.rsplit('/', 1)[1]}"
            super().do_GET()
        else:
            self.send_error(404)

    def log_message(self, *_: Any) -> None:
        pass
