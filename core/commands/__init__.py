"""The commands of the command line, one module a subject; `core.__main__` puts them together."""
