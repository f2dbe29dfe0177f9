"""A believable company to try the vault with: people in every role, dossiers in two languages, real documents."""
