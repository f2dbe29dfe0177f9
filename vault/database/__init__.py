"""Everything that speaks SQL: engine, tables, queries by subject and migrations. Nothing else in the project does."""
