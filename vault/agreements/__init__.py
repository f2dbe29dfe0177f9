"""Confidentiality agreements: written, published, shown in full, answered, and shown to have been."""
