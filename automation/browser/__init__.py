"""A browser that can send only what it may: found, launched, held, guarded, and let out by one way."""
