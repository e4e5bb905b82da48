"""Is this machine, and this portal, fit to run? Looks at both, and records nothing."""
