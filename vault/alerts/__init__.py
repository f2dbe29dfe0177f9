"""Alerts: what stands out in what people did, said with its arithmetic to whoever is to look. Nothing here acts."""
