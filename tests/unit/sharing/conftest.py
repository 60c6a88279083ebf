from case_door import door  # noqa: F401
from desk_house import house  # noqa: F401
