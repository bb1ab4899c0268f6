"""The commands: a module each, with its arguments, and the one function that it calls.

What a command needs is imported when it runs.
"""
