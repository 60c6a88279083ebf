"""How many examples the generative tests try: few in every run, more where one asks for them.

``WORKBENCH_EXAMPLES=20`` tries twenty times as many; ``make test-slow`` does so.
"""

from __future__ import annotations

import os

FACTOR = int(os.environ.get("WORKBENCH_EXAMPLES", "1"))


def examples(few: int) -> int:
    return few * FACTOR
