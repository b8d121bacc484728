"""All commands: importing this module adds each to `core.commands.app`."""

from core.commands import (
    background,
    backups,
    catalogues,
    choices,
    databases,
    elsewhere,
    live,
    people,
    report,
    shop,
    suspects,
    tagging,
    trainings,
    upkeep,
    verdicts,
    versions,
)

__all__ = [
    "background",
    "backups",
    "catalogues",
    "choices",
    "databases",
    "elsewhere",
    "live",
    "people",
    "report",
    "shop",
    "suspects",
    "tagging",
    "trainings",
    "upkeep",
    "verdicts",
    "versions",
]
