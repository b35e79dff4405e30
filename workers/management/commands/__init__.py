"""Commands of `manage.py` that run the programs and look after them."""
