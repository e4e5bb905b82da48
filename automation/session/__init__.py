"""The portal as one account sees it: signing in, one-time codes, sessions that are kept."""
