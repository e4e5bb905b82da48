"""Finds candidates for a missing control among the elements of a page, and locators for them."""
