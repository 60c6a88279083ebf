from case_door import door  # noqa: F401
from desk_house import house  # noqa: F401
from stores import postgres_server, store_kind, store_places  # noqa: F401
