"""Two sides compared: is HEAD slower than BASE, and how sure is that?"""
