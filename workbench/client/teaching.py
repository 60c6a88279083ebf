"""How an error is shown in a notebook: the teaching text, without forty lines of traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from workbench.client.tables import html_text
from workbench.errors import Language, Reason, WorkbenchError

_LABELS = {
    "zh": {"why": "原因", "rule": "依据", "next": "下一步", "draft": "申请草稿（可复制）"},
    "en": {"why": "Why", "rule": "Rule", "next": "Next", "draft": "Draft to copy"},
}


def taught(error: WorkbenchError, language: Language) -> WorkbenchError:
    """``error``, made to show itself in ``language`` where IPython catches it.

    In a Jupyter kernel the whole text appears once as HTML with the draft in a block to copy, and
    the traceback is its first line; elsewhere the traceback is the text.
    """
    error.notes["language"] = language
    shown: list[str] = []

    def render() -> list[str]:
        if not shown:  # IPython asks twice: to show, and to keep
            shown.append(_short(error, language) if _displayed(error, language) else "")
        return [shown[0]] if shown[0] else error.said(language).splitlines()

    error.__dict__["_render_traceback_"] = render
    return error


def reason_parts(reasons: Iterable[Reason], language: Language) -> list[dict[str, str]]:
    """Each reason as plain texts in one language, for who lays it out; "" where there is none."""
    return [
        {
            **{
                name: text.said(language) if (text := getattr(reason, name)) is not None else ""
                for name in ("what", "why", "rule", "next")
            },
            "code": reason.code.value,
            "draft": reason.draft,
        }
        for reason in reasons
    ]


def error_html(error: WorkbenchError, language: Language) -> str:
    """The teaching error as HTML, every part escaped."""
    inner = "".join(_reason_html(reason, language) for reason in error.reasons)
    style = "border-left:4px solid #c62828;padding:.4em .8em"
    return f'<div class="workbench-error" role="alert" style="{style}">{inner}</div>'


def _reason_html(reason: Reason, language: Language) -> str:
    labels = _LABELS[language]
    lines = [f"<b>{html_text(reason.what.said(language))}</b> <code>{reason.code}</code>"]
    for name in ("why", "rule", "next"):
        text = getattr(reason, name)
        if text is not None:
            lines.append(f"<b>{labels[name]}</b> {html_text(text.said(language))}")
    out = "".join(f"<div>{line}</div>" for line in lines)
    if reason.draft:
        out += (
            f"<div><b>{labels['draft']}</b></div>"
            f'<pre class="workbench-draft" style="user-select:all">{html_text(reason.draft)}</pre>'
        )
    return out


def _short(error: WorkbenchError, language: Language) -> str:
    return "\n".join(f"[{r.code}] {r.what.said(language)}" for r in error.reasons)


def _displayed(error: WorkbenchError, language: Language) -> bool:
    """Whether a kernel took the HTML form. A plain process and a terminal take none."""
    if kernel_shell() is None:
        return False
    from IPython.display import display

    bundle = {"text/html": error_html(error, language), "text/plain": error.said(language)}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
    return True


def kernel_shell() -> Any | None:
    """The IPython shell, where it belongs to a Jupyter kernel; else None. Imports nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if shell is not None and hasattr(shell, "kernel") else None
