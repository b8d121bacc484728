"""Backups: everything that cannot be computed again, put aside in a folder that many backups share, and brought back.

A backup is a manifest: a JSON file that names the database and every file by SHA-256. What it names lies once under
`objects/`, however many backups name it. The manifest is written last, so that a backup that was killed is none.
"""
