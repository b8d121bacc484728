"""The Monday pack: how good the tags are, what changed and what was decided, on two pages, with the lists as CSV."""
