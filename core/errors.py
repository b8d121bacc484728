"""Every error that core raises on purpose, and nothing else.

A message says what happened, the value got, and the next step. It is one sentence or two,
fit to be shown to a merchandiser or printed as one line on the command line::

    GarmentsError
    ├── SettingsError            a GARMENTS_* setting is unknown or wrong     (also ValueError)
    ├── CatalogueError           pictures and labels
    │   ├── CatalogueUnknown     no catalogue of that name                    (also ValueError)
    │   ├── CatalogueMissing     not here, and no source could be reached
    │   └── CatalogueCorrupt     here, but not what it must be
    ├── BackboneMissing          a network of others is not there, or another one
    ├── RecipeError              a recipe or a field of one is wrong          (also ValueError)
    ├── TrainingError            a training that cannot go on
    │   ├── TrainingDiverged     the loss is no longer a finite number
    │   └── JobCancelled         somebody asked it, or a tagging, to stop
    ├── StoreError               the database and the artefacts
    │   ├── RunNotFound          no run of that name                          (also ValueError)
    │   │   └── NothingLive      no version is live yet
    │   ├── SuspectsMissing      nobody searched those garments for wrong labels
    │   ├── WatchListRefused     a watch list without a name or garments      (also ValueError)
    │   ├── ArtefactCorrupt      a stored file is not what was published
    │   ├── ValidationMissing    an earlier run kept no answers to set a line by
    │   ├── StillDescribing      the pictures of a version are not looked at yet
    │   ├── ChoiceConflict       somebody else has changed what was on screen
    │   ├── BackupError          a backup that cannot be made or restored
    │   │   └── BackupRefused    no backup of that name, or one that does not fit (also ValueError)
    │   └── DatabaseUnavailable  cannot be opened, is locked, or is newer than this program
    ├── NamesRefused             names of categories that make no sense           (also ValueError)
    │   └── MergeUnconfirmed     equal names, and nobody said that the categories are one
    ├── CostsRefused             costs of mistakes that make no sense             (also ValueError)
    ├── ComparisonRefused        two versions that cannot be compared         (also ValueError)
    │   └── CategoriesDiffer     they know other categories
    ├── PromotionRefused         that run cannot be made live
    │   └── ReasonMissing        a decision without a reason                  (also ValueError)
    ├── VerdictError             what a person says of a garment
    │   ├── VerdictRefused       it makes no sense, or is not theirs          (also ValueError)
    │   └── VerdictConflict      somebody spoke since the garment was shown
    ├── TaggingError             photos in, tags out
    │   ├── PhotoRefused         that file is no photo that is read here      (also ValueError)
    │   ├── TaggingRefused       what was asked for makes no sense            (also ValueError)
    │   │   └── ListRefused      a list that cannot be used as its columns are read
    │   ├── BatchNotFound        no batch of that name                        (also ValueError)
    │   ├── DecisionConflict     somebody decided since the product was shown
    │   ├── FolderBusy           another command takes photos from that folder
    │   ├── NoRoom               no room on the disk, or a folder that may not be written
    │   └── ExportRefused        a file of products that cannot be read       (also ValueError)
    ├── NotAllowed               the role of whoever is signed in is not enough
    ├── NameRefused              a name or an id that cannot be part of a path    (also ValueError)
    ├── ForgetRefused            a person who cannot be forgotten now         (also ValueError)
    ├── ReportRefused            a report that cannot be made as asked for    (also ValueError)
    ├── ElsewhereRefused         tags from elsewhere that cannot be used      (also ValueError)
    └── JobError                 trainings in the background
        ├── JobBusy              another one is running
        └── JobNotFound          no job of that name                          (also ValueError)
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core import masking


class GarmentsError(Exception):
    """Base of every error that core raises on purpose; its message is fit to be shown, so it never holds a password."""

    def __str__(self) -> str:
        """The message, in which a secret of the settings is ***, as where a library's own words are part of it."""
        return masking.masked(super().__str__())


class SettingsError(GarmentsError, ValueError):
    """A setting is unknown or its value is wrong."""


class CatalogueError(GarmentsError):
    """Pictures and labels cannot be used."""


class CatalogueUnknown(CatalogueError, ValueError):
    """No catalogue is registered under that name."""


class CatalogueMissing(CatalogueError):
    """The catalogue's files are not here and no source could be reached."""


class CatalogueCorrupt(CatalogueError):
    """A file of the catalogue is here, but it is not what it must be."""


class RecipeError(GarmentsError, ValueError):
    """A recipe, or a field of one, is wrong."""


class TrainingError(GarmentsError):
    """A training cannot go on."""


class TrainingDiverged(TrainingError):
    """The loss is no longer a finite number."""


class JobCancelled(TrainingError):
    """Somebody asked the training, the search or the tagging to stop."""


class StoreError(GarmentsError):
    """The database or the artefacts cannot be used."""


class RunNotFound(StoreError, ValueError):
    """No run answers to that name."""


class NothingLive(RunNotFound):
    """No version is live yet, so none can be asked."""


class ArtefactCorrupt(StoreError):
    """A stored file is missing or is not what was published."""


class ValidationMissing(StoreError):
    """A run kept no answers to validation garments: it is of an earlier version, or set none aside."""


class StillDescribing(StoreError):
    """The pictures of a version from elsewhere are not looked at yet, so that nothing can be told by looks."""


class DatabaseUnavailable(StoreError):
    """The database cannot be opened, is locked, or is newer than this program."""


class ChoiceConflict(StoreError):
    """Somebody else has changed what was on screen; nothing was stored."""


class BackupError(StoreError):
    """A backup cannot be made, or cannot be restored: it is damaged, or something is in the way."""


class BackupRefused(BackupError, ValueError):
    """What was named is no backup, not one that this program reads, or not one for that place."""


class NamesRefused(GarmentsError, ValueError):
    """Names of categories make no sense."""


class CostsRefused(GarmentsError, ValueError):
    """What mistakes cost makes no sense."""


class MergeUnconfirmed(NamesRefused):
    """Categories would become one because their names are equal, and nobody has said that they shall."""

    def __init__(self, message: str, merges: Mapping[str, Sequence[str]]) -> None:
        super().__init__(message)
        self.merges = dict(merges)
        """The name -> the model's names of the categories that would carry it."""


class ComparisonRefused(GarmentsError, ValueError):
    """Two versions cannot be compared, or the comparison would prove nothing."""


class CategoriesDiffer(ComparisonRefused):
    """Two versions know other categories."""

    def __init__(self, message: str, differing: str) -> None:
        """The whole sentence, and the part that says which categories differ."""
        super().__init__(message)
        self.differing = differing


class PromotionRefused(GarmentsError):
    """That run cannot be made live."""


class SuspectsMissing(StoreError):
    """Nobody has searched those garments for wrong labels yet."""


class VerdictError(GarmentsError):
    """A verdict cannot be stored."""


class VerdictRefused(VerdictError, ValueError):
    """A verdict makes no sense, or is not this person's to change."""


class VerdictConflict(VerdictError):
    """Somebody spoke on the garment since it was shown; nothing was stored."""

    def __init__(self, message: str, conflicts: Sequence[Any]) -> None:
        super().__init__(message)
        self.conflicts = tuple(conflicts)
        """One `core.store.verdicts.verdicts.Conflict` a garment: what they said, and what was about to be said."""


class ReasonMissing(PromotionRefused, ValueError):
    """What is live may only be changed for a reason that is worth reading."""


class WatchListRefused(StoreError, ValueError):
    """A watch list makes no sense: no name, another's name, no garments."""


class TaggingError(GarmentsError):
    """Photos cannot be tagged."""


class PhotoRefused(TaggingError, ValueError):
    """A file is no photo that is read here, or cannot be decoded within its limits."""


class TaggingRefused(TaggingError, ValueError):
    """What was asked for makes no sense: photos that are not there, a line that is none, a file of other results."""


class ListRefused(TaggingRefused):
    """A list that comes with photos cannot be used as it is read; which of its columns is which can be said anew."""

    def __init__(self, message: str, head: Any) -> None:
        super().__init__(message)
        self.head = head
        """Its headings, first lines, and which column is which as far as that is known: a `list_columns.Head`."""
        self.list_name = "the list"
        """Its name, where it has one."""
        self.num_waiting = 0
        """Files that came with it and are looked at once it can be used."""


class BatchNotFound(TaggingError, ValueError):
    """No batch of photos answers to that name."""


class DecisionConflict(TaggingError):
    """Somebody decided on the product since it was shown; nothing was stored."""


class FolderBusy(TaggingError):
    """Another command takes photos from that folder."""


class NoRoom(TaggingError):
    """What is to be stored or written does not fit on the disk, or its folder may not be written."""


class ExportRefused(TaggingError, ValueError):
    """A file of the shop's products is not what the shop exports."""


class NotAllowed(GarmentsError):
    """Whoever is signed in has no role that may do this, or the sign-in has run out."""


class NameRefused(GarmentsError, ValueError):
    """A name or an id would lead out of the folder in which it is looked for."""


class ForgetRefused(GarmentsError, ValueError):
    """A person cannot be forgotten: nobody has that name, or work goes on in it."""


class ReportRefused(GarmentsError, ValueError):
    """A report cannot be made as it was asked for."""


class ElsewhereRefused(GarmentsError, ValueError):
    """Tags that come from elsewhere cannot be used as they are given, or not for what was asked."""


class JobError(GarmentsError):
    """A training in the background cannot do what was asked."""


class JobBusy(JobError):
    """Another training is running."""


class JobNotFound(JobError, ValueError):
    """No job answers to that name."""


class BackboneMissing(GarmentsError):
    """A network that others trained is not installed, is not the one that is known, or cannot be made ready."""
