"""Files and large values: bytes in a store, rows that name them, and what may be deleted when nobody names them."""
