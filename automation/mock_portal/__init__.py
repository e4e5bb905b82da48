"""A stand-in for the Beheermodule: for rehearsal, demonstration and tests; it does not prevent duplicates."""
