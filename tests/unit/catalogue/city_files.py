"""A city written back into files, so that a test can load it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.catalogue.city import CITY_FILE, RESOURCES, SCENARIOS, City
from workbench.catalogue.contracts import SUFFIX
from workbench.catalogue.write import odcs_of, scenario_dict, to_yaml
from workbench.errors import Text


def write_city(root: Path, city: City, **settings: int) -> None:
    """Writes the files of ``city`` below ``root``; data and code lists are not among them."""
    for folder in (RESOURCES, SCENARIOS):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / CITY_FILE).write_text(to_yaml(city_dict(city, settings)), encoding="utf-8")
    for resource in city.resources.values():
        path = root / RESOURCES / f"{resource.name}{SUFFIX}"
        path.write_text(to_yaml(odcs_of(resource)), encoding="utf-8")
    for scenario in city.scenarios.values():
        path = root / SCENARIOS / f"{scenario.id}.yaml"
        path.write_text(to_yaml(scenario_dict(scenario)), encoding="utf-8")


def city_dict(city: City, settings: dict[str, int]) -> dict[str, Any]:
    """A ``city.yaml``."""
    return {
        "id": city.id,
        "name": _text(city.name),
        "divisions": city.divisions,
        "regulation": city.regulation.id,
        "languages": ["zh", "en"],
        "departments": {key: _text(text) for key, text in city.departments.items()},
        **({"settings": settings} if settings else {}),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
