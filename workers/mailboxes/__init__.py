"""Looks into watched mailboxes: workers are who may reach the internet."""
