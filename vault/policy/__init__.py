"""The rules, pure: may this person do this now, and if not, why. No database, no clock, no keys."""
