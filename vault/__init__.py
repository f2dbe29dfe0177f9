"""What the vault does: dossiers, views, people, policy, filing, trail and marks.

No web framework and no cipher call lives here: ``gateway`` asks this layer, this layer asks ``keys``.
"""
