"""The Monday pack: one page to print, and the same with its lists in a ZIP; for the command line and for screens."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from core import errors
from core.report import lists, page, reading
from core.report.contents import Made
from core.store import Store
from core.store.live import promotions
from core.store.runs.runs import Run

HTML = "monday-pack.html"
"""Name of the page in the ZIP."""
DAYS, MOST_DAYS = 7, 366
"""How far back decisions are told, usually and at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A pack that is made; nothing of it is stored."""

    html: str
    """The page."""
    lists: dict[str, bytes]
    """Name of each CSV file -> its bytes."""
    made: Made
    """When and by whom."""
    version: int
    """The version that it is about."""

    @property
    def file_name(self) -> str:
        """A name for the ZIP that says what is in it: "monday-pack_version-3_2026-11-30.zip"."""
        return f"monday-pack_version-{self.version}_{self.made.at.astimezone():%Y-%m-%d}.zip"

    def zipped(self) -> bytes:
        """The page and the lists as a ZIP; the same pack gives the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {HTML: self.html.encode(), **self.lists}.items():
                entry = zipfile.ZipInfo(name, self.made.at.astimezone().timetuple()[:6])
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, content)
        return buffer.getvalue()


def why_none(store: Store) -> str:
    """Why no pack of the live version can be made, one sentence; empty where one can."""
    if promotions.live_run(store) is None:
        return "There is no live version yet, so there is nothing to tell. Train one first."
    return ""


def make(store: Store, run: Run, *, who: str, now: datetime, days: int = DAYS, as_sold: bool = True) -> Pack:
    """The pack about that version: no model runs, nothing is written.

    Args:
        store: where.
        run: the version.
        who: who makes it.
        now: when, with its time zone.
        days: how far back decisions are told, 1 to `MOST_DAYS`.
        as_sold: whether categories that the team merged count as one; else the model's own count.

    Raises:
        errors.ReportRefused: the days are out of range, or nobody is named.
        errors.ArtefactCorrupt: what the version said is missing or damaged.
    """
    if not 1 <= days <= MOST_DAYS:
        raise errors.ReportRefused(f"A pack looks back 1 to {MOST_DAYS} days, got {days!r}.")
    if not who.strip() or not who.isprintable():
        raise errors.ReportRefused(f"A pack says who made it: a name in one line, got {who[:80]!r}.")
    made = Made(at=now, by=who.strip(), days=days)
    contents = reading.read(store, run, made, as_sold=as_sold)
    return Pack(html=page.html(contents), lists=lists.files(contents), made=made, version=run.version)
