"""What keten needs of the machine: files, scratch folders, locks, signals, masked secrets, the keyring, a person."""
