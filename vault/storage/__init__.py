"""Where sealed objects lie: the ``ObjectStore`` port, a directory behind it, and any S3-compatible store."""
