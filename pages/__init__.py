"""Screens and regions of the portal, and the profile that says where each control is."""
