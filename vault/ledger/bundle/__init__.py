"""The evidence bundle: entries of the trail with everything that a stranger needs to check them, in one zip.

Format: docs/spec/bundle.md. ``writing.py`` makes it, ``archive.py`` packs it, ``verify.py`` goes with it and checks it
without any of this.
"""
