"""What the system knows: data, rules, HTTP. Never imports workers or sandboxes."""
