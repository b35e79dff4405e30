"""How a request says who it is: one file for each scheme."""
