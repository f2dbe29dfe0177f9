"""What an export is made of: the selection, the formats, the sealed file that holds it, and the worker's part."""
