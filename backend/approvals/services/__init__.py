"""Opening, deciding, delegating, and keeping approvals up to date."""
