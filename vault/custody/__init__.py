"""Keys in the vault's terms: making the first ones, unsealing, and handing out what a use case needs."""
