"""What a pytest session that uses keten stands on: the portal under test, guarded contexts, clean reports."""
