"""Evidence packs: what shows that specific measures protected what one person saw, or one document."""
