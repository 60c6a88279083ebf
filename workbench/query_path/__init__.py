"""The order of one query (DESIGN, "One query"): see ``path.QueryPath.run``."""

from workbench.query_path.active import Progress
from workbench.query_path.path import QueryPath
from workbench.query_path.running import Running

__all__ = ["Progress", "QueryPath", "Running"]
