"""Where sealed objects are kept: one port, a local directory or an S3-compatible bucket behind it."""
