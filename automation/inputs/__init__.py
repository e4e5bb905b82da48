"""What a user says: the scenario, the profile, the settings, each mistake in them named by its place."""
