"""The example of docs/secondary.md runs, and gives what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs" / "secondary.md"


def test_the_example_of_the_page() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    assert names["pattern"].withheld.tolist() == [True] * 4 + [False] * 5
