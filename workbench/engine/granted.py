"""An engine with nothing in it but the shape of what a scenario grants: statements of declared
files are bound on it, and no data is read."""

from __future__ import annotations

import duckdb

from workbench.catalogue.city import City
from workbench.errors import Text
from workbench.model.scenario import Scenario


def granted(scenario: Scenario, city: City) -> duckdb.DuckDBPyConnection:
    """With an empty table of each resource of the scenario, and its columns alone."""
    engine = duckdb.connect(config={"enable_external_access": "false"})
    for use in scenario.resources:
        resource = city.resources[use.resource]
        names = {column.name.casefold() for column in use.columns}
        columns = [
            f'"{column.name}" {column.type}'
            for column in resource.columns
            if column.name.casefold() in names
        ]
        engine.execute(f'create table "{resource.name}" ({", ".join(columns)})')
    return engine


def does_not_hold(error: duckdb.Error) -> Text:
    """What is wrong with a statement that cannot be bound there, in the engine's words."""
    said = str(error).partition("\n")[0]
    return Text(f"语句不成立（引擎的原话：{said}）", f"the statement does not hold ({said})")


ONLY_GRANTED = Text(
    "只用该场景授权的资源和数据项。", "Use what the scenario grants: resources and columns."
)
"""What to do about it."""
