"""Runs migrations on the connection, and in the transaction, that `core.store.base.migrating.migrate` opened."""

from alembic import context

from core.store.base import schema

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.metadata, transactional_ddl=True
)
context.run_migrations()
