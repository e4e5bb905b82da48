"""Grants ketenmachtigingen from a scenario: everything but the screens, which are in `pages`."""
