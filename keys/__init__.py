"""Key material: root keys, key-encryption keys, wrapping, sealing and signing.

This layer knows keys, contexts and bytes. It knows nothing of documents, people, the database or the web;
``vault`` hands it values and stores what it returns.
"""
