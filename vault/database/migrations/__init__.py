"""The database's history: one revision a module in ``versions``, run by :mod:`vault.database.migrating`."""
