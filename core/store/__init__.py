"""The database: tables, migrations, and every statement that Gaung sends. SQLite or PostgreSQL, the same code for both."""
