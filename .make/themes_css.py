"""Write the variables of the themes into board.css, from themes.json. ``--check`` only compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

STATIC = Path(__file__).parent.parent / "workbench" / "ui" / "assets" / "static"
FIRST, LAST = "/* themes.json */\n", "/* end of themes.json */\n"
SCHEMES = {"light": "light", "dark": "dark", "wall": "dark"}


def rules(themes: dict[str, dict[str, dict[str, str]]]) -> str:
    """One rule a theme."""
    made = []
    for name, scheme in SCHEMES.items():
        variables = " ".join(f"--wb-{key}: {value};" for key, value in themes[name]["css"].items())
        made.append(f'.wb-board[data-theme="{name}"] {{ color-scheme: {scheme}; {variables} }}\n')
    return "".join(made)


def written(css: str, themes: dict[str, dict[str, dict[str, str]]]) -> str:
    """``css`` with the rules between the two comments."""
    before, rest = css.split(FIRST)
    _, after = rest.split(LAST)
    return f"{before}{FIRST}{rules(themes)}{LAST}{after}"


def main() -> int:
    path = STATIC / "board.css"
    css = path.read_text(encoding="utf-8")
    wanted = written(css, json.loads((STATIC / "themes.json").read_text(encoding="utf-8")))
    if "--check" in sys.argv:
        return int(css != wanted)
    path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
