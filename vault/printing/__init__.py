"""Papers as PDF, in the fonts of the vault: flowing text, pages of rows, and the one font that each embeds."""
