"""Tags that another system gave: read from its file, checked, and made a version that people can judge like ours.

`files` reads the file, `columns` recognises what its columns say, `pictures` finds the pictures, `checking` finds what
is wrong row by row, and `reading` does all of that; `calibrating` makes confidences mean what they say, `importing`
publishes the version, `looking` looks at its pictures afterwards, and `giving_back` writes it all out again with what
people said.
"""
