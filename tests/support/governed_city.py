"""A city with both pages of governance and something on them: two months of sharing that were
played through the real desk, and the catalogues of two portals, some lines of which are not open.
What is due by the clock was delivered, so that a gateway started on it finds nothing to do."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from attacks.served import PASSWORD
from commands import here
from page_city import edit_city
from shipped import ROOT
from unit.kpi.kpi_city import Year, write_kpi_city

from workbench.model.actor import Role

PAGES = ("sharing_kpis", "open_catalogue")
PEOPLE = {
    "leader": ("drc", Role.leader),
    "clerk": ("data_bureau", Role.analyst),
    "stranger": ("d0", Role.analyst),
}
"""Who is on the list of viewers, whose department is, and who may not look."""
DEPARTMENTS = {
    "d0": "市场监督管理局", "d1": "人力资源和社会保障局", "d2": "交通运输局", "d3": "文化和旅游局",
    "p0": "民政局", "p1": "税务局", "data_bureau": "政务数据主管部门", "drc": "发展和改革委员会",
}  # fmt: skip
_LABELS = "".join(
    f"  {key}: {{zh: {zh}, en: {key}}}\n" for key, zh in DEPARTMENTS.items() if len(key) == 2
)
"""How a page calls the departments of its city stands in its own file."""
HEADINGS = "资源名称,提供部门,所属领域,开放类型,更新周期,发布日期,更新日期\n"
AS_OF = "2026-10-31"
CITY = """\
公交线路,交通局,交通,无条件,每月,2025-01-05,2026-10-02
公交线路,交通局,交通,无条件,每月,2025-01-05,2026-09-30
公交站点,交通局,交通,无条件,每月,2025-01-05,2026-09-02
停车场名录,交通局,交通,有条件,每季度,2025-01-05,2026-09-02
企业名录（2025）,市场监管局,经济,有条件,每年,2025-01-05,2025-10-31
企业名录(2025),税务局,经济,无条件,每年,2025-01-05,2024-01-05
药店名录,市场监管局,卫生,无条件,每年,2025-01-05,2026-03-05
实时路况,交通局,交通,无条件,实时,2025-01-05,2023-01-05
线索名单,公安局,秘密领域,不开放,每月,2025-01-05,2026-09-02
低保人员名单,民政局,民生,不开放,每月,2025-01-05,2026-09-02
未定类型,待定局,待定领域,内部,每月,2025-01-05,2026-10-02
"""
COUNTY = """\
公园名录,城管局,生活,有条件,每季度,2026-09-15,
公厕分布,城管局,生活,无条件,每半年,2025-02-15,2026-08-15
最低生活保障标准,民政局,民生,无条件,每年,2025-02-15,2026-01-15
"""
NOT_OPEN = ("线索名单", "公安局", "秘密领域", "低保人员名单", "未定类型", "待定局", "待定领域")


def write_governed(root: Path, days: int = 60, applications: int = 40) -> Path:
    """The city at ``root``, its people and its data. Facts are as of yesterday."""
    city = write_kpi_city(root, "heilongjiang-2025")
    edit_city(city, lambda spec: spec["name"].update(zh="模拟城市", en="Simulated city"))
    _named(city)
    _put_pages(city)
    _played(city, days, applications)
    for name, portal, text in (("city", "江城市", CITY), ("county", "山县", COUNTY)):
        file = root.parent / f"{name}.csv"
        file.write_text(HEADINGS + text, encoding="utf-8")
        words = ["--portal", portal, "--as-of", AS_OF, "--obtained", AS_OF, "--city", str(city)]
        done = here("catalogue", "import", str(file), *words)
        assert done.returncode == 0, done.stderr
    return city


def _named(city: Path) -> None:
    named = {key: {"zh": zh, "en": key} for key, zh in DEPARTMENTS.items()}
    edit_city(city, lambda spec: spec["departments"].update(named))


def _put_pages(city: Path) -> None:
    """As they ship, with what the second one reads."""
    shipped, here_ = ROOT / "data_contracts", city / "data_contracts"
    shutil.copy(shipped / "resources" / "catalogue_entries.odcs.yaml", here_ / "resources")
    shutil.copy(shipped / "scenarios" / "open_catalogue.yaml", here_ / "scenarios")
    shutil.copytree(shipped / "portals", here_ / "portals")
    for file in (shipped / "kpis").glob("catalogue_*.yaml"):
        if "scenario: open_catalogue" in file.read_text(encoding="utf-8"):
            shutil.copy(file, here_ / "kpis")
    (city / "dashboards" / "pages").mkdir(parents=True)
    for name in PAGES:
        shutil.copy(ROOT / "dashboards" / f"{name}.ipynb", city / "dashboards")
        text = (ROOT / "dashboards" / "pages" / f"{name}.yaml").read_text(encoding="utf-8")
        page = city / "dashboards" / "pages" / f"{name}.yaml"
        page.write_text(text.replace("\nlabels:\n", f"\nlabels:\n{_LABELS}", 1), encoding="utf-8")


def _played(city: Path, days: int, applications: int) -> None:
    today = datetime.now(UTC)
    first = today - timedelta(days=days + 1)
    year = Year(city, now=first)
    year.load("r0", 5, date(2026, 1, 1))
    year.load("r1", 5, first.date())
    year.play(days, applications, beside=True)
    year.now = today
    year.bench.watch.look()
    year.delivering().look()
    for name, (department, role) in PEOPLE.items():
        year.bench.store.users.add(name, PASSWORD, department, {role})
    year.bench.close()
