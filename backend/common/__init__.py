"""Small helpers without a domain: errors, ids, JSON at the border, time."""
