"""Database, files, the log, and the choices of the team: what every subject of the store stands on."""
