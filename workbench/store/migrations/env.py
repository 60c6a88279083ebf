"""Run by Alembic: the migrations on the connection that ``workbench.store.schema`` hands over."""

from alembic import context

from workbench.store.tables import metadata

if context.is_offline_mode():
    context.configure(
        dialect_name=context.config.attributes["kind"],
        target_metadata=metadata,
        literal_binds=True,
        transactional_ddl=True,
    )
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
    )
with context.begin_transaction():
    context.run_migrations()
