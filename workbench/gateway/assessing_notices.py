"""What departments are told of an assessment in which they are scored: that they may look, and that
it is published. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.errors import Text
from workbench.gateway.assessing_look import Assessment
from workbench.gateway.assessing_runs import Run
from workbench.sharing.notices import letter, of_department
from workbench.store.messages import Message

SHOW, PUBLISH = "show", "publish"


def notices(one: Assessment, run: Run) -> Iterator[Message]:
    """Of the last step, to each department that is scored; of other steps none. A message has a key
    of its step, so that it is made once."""
    step = one.procedure.steps[-1]
    if step.event not in (SHOW, PUBLISH):
        return
    told = _told(one, run, step.event)
    for department in sorted(run.frozen.inputs.groups):
        yield letter(
            one.id, f"assessment_{step.event}", of_department(department), told, step.at,
            step.number, procedure=one.procedure.kind,
        )  # fmt: skip


def _told(one: Assessment, run: Run, event: str) -> Text:
    title = run.scheme.title.text()
    zh, en = f"{title.zh} {one.year}（{one.id}）", f"{title.en} {one.year} ({one.id})"
    if event == PUBLISH:
        return Text(f"{zh}已公布。", f"{en} is published.")
    return Text(
        f"{zh}：请核对本部门的考核表，可对单个事项申诉，{one.until} 截止。",
        f"{en}: look at your department's sheet; single events may be appealed until {one.until}.",
    )
