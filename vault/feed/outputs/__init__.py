"""Where lines go: a file, a stream, or a collector over TCP or TLS. The interface: :mod:`vault.feed.outputs.port`."""
