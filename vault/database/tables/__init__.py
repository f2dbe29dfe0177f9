"""The tables, one module a subject, over one shared MetaData."""
