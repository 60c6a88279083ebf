from stores import postgres_server, store_kind, store_places  # noqa: F401
