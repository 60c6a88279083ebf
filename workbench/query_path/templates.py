"""What is asked by a fixed template in place of a statement: pages of a view, comparisons,
explanations and what to ask instead, figures with noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import Code, Text, simple
from workbench.model.comparison import DO
from workbench.query_path.asks import Ask
from workbench.query_path.compare import Compare
from workbench.query_path.explain import EXPLAIN, Explain
from workbench.query_path.noisy import NOISY, Noisy
from workbench.query_path.suggest import SUGGEST, Suggest
from workbench.query_path.view import View
from workbench.query_path.view_request import VIEW

TEMPLATES: Mapping[str, Callable[[Mapping[str, Any]], Ask]] = {
    VIEW: View.of,
    DO: Compare.of,
    EXPLAIN: Explain.of,
    SUGGEST: Suggest.of,
    NOISY: Noisy.of,
}
"""By the word under ``do``. Each reads the rest of the request strictly, or raises InvalidInput."""


def template_of(body: Mapping[str, Any]) -> Ask:
    """Raises InvalidInput(invalid_request)."""
    made = TEMPLATES.get(str(body.get("do", "")))
    if made is None:
        raise simple(
            Code.invalid_request,
            "没有这种请求模板。",
            "There is no template of this name for a request.",
            next=Text(f"可用的模板：{', '.join(TEMPLATES)}", f"There are: {', '.join(TEMPLATES)}"),
        )
    return made(body)
