"""What the notebooks of a sample city are called by, and that a new city has them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from workbench.simulation.economy.starter import make_sample_city
from workbench.ui.names import names_in
from workbench.ui.page_file import load_page

TASKS = {"build_an_indicator", "examine_a_warning", "judge_a_county", "prepare_the_brief"}
SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))


def test_a_new_sample_city_has_a_notebook_for_each_task(tmp_path: Path) -> None:
    make_sample_city(tmp_path / "city")
    made = tmp_path / "city" / "notebooks"
    assert {path.stem for path in made.glob("*.ipynb")} == TASKS
    assert all(
        (SHIPPED / "notebooks" / p.name).read_bytes() == p.read_bytes() for p in made.iterdir()
    )


def test_codes_are_called_as_on_the_overview() -> None:
    page = load_page(SHIPPED / "dashboards" / "pages" / "overview.yaml")
    names = names_in(SHIPPED / "notebooks")
    codes = {code: label for code, label in page.labels.items() if code.isdigit()}
    assert len(codes) > 30
    assert {code: names.labels.get(code) for code in codes} == codes
