"""Notices: what a person should know of, told in the vault and by e-mail, decided only on a signed-in page."""
