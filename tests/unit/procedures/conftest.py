from procedure_house import bureau  # noqa: F401
