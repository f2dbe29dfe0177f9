"""People: accounts and offices, signing in, sessions, passwords."""
