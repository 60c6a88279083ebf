from procedure_house import bureau, bureaus  # noqa: F401
