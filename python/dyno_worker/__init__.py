"""What Dyno runs in Python: needs Python 3.9, NumPy, and the library that a message asks for."""
