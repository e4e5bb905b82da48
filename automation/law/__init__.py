"""The rules of granting, pure: no file, no browser, no clock of their own."""
