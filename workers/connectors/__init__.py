"""Connector types, one file each, by family; each file registers itself by being there."""
