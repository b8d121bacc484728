"""What was said in this session and is not stored yet, whatever it is about; stored in the order of saying.

Whatever a person says goes in here first and leaves only when the store has it, so that nothing is lost while the name
is missing, the database cannot be written, or an answer got lost: a request keeps its id until it is stored.
"""

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from core import errors
from core.access.roles import Action
from dashboard.session import flags, person

UNDO = "undo"
"""Kind of a request that takes another one back."""
NUM_UNDONE = 20
"""So many of the last requests of this session can be taken back."""
_NUM_KNOWN = 2000
"""So many of the last requests are known again when tiles that were not answered report them once more."""


class Said(Protocol):
    """One thing to store."""

    @property
    def id(self) -> str:
        """Made before it was said, the same however often it is sent."""

    @property
    def kind(self) -> str:
        """What is said, or `UNDO`."""


Request = TypeVar("Request", bound=Said)


class Outbox(Generic[Request]):
    """The requests of one subject in this session; holds nothing itself but the names of its notes."""

    def __init__(self, subject: str) -> None:
        self._waiting: flags.Note[tuple[Request, ...]] = flags.Note(f"{subject}-waiting")
        self._done: flags.Note[tuple[Request, ...]] = flags.Note(f"{subject}-done")
        self._handled: flags.Note[tuple[str, ...]] = flags.Note(f"{subject}-handled")
        self._note: flags.Note[str] = flags.Note(f"{subject}-note")
        self._why: flags.Note[str] = flags.Note(f"{subject}-why")

    def waiting(self) -> tuple[Request, ...]:
        """What is not stored yet, in the order of saying."""
        return self._waiting.get() or ()

    def done(self) -> tuple[Request, ...]:
        """What was stored last in this session and can be undone, oldest first."""
        return self._done.get() or ()

    def handled(self) -> tuple[str, ...]:
        """Ids of the last requests that were taken in, oldest first."""
        return self._handled.get() or ()

    def note(self) -> str:
        """What must be known about the last thing said; empty where all of it was stored."""
        return self._note.get() or ""

    def why(self) -> str | None:
        """Why what waits could not be stored; None where it could, or the name is missing."""
        return self._why.get() if self.waiting() else None

    def is_known(self, request_id: str) -> bool:
        """Whether this session has taken that request in before."""
        return request_id in self.handled()

    def remember(self, request_id: str) -> None:
        """Knows that request again from now on."""
        self._handled.set((*self.handled(), request_id)[-_NUM_KNOWN:])

    def say(self, note: str) -> None:
        """Notes what must be known about the last thing said; empty: nothing."""
        self._note.set(note)

    def put(self, *requests: Request) -> None:
        """Has requests wait behind those that do."""
        self.keep_waiting((*self.waiting(), *requests))

    def keep_waiting(self, requests: Iterable[Request]) -> None:
        """Has these wait, and no others."""
        self._waiting.set(tuple(requests))

    def keep_done(self, requests: Iterable[Request]) -> None:
        """Lets these be undone, and no others."""
        self._done.set(tuple(requests))

    def send(
        self, store: Callable[[Request], None], refused: Callable[[Request, errors.GarmentsError], None] | None = None
    ) -> None:
        """Stores what waits, in its order; stops where it cannot be stored now, and while nobody has given a name.

        Args:
            store: stores one request.
            refused: told of one that the store did not take; by default its reason becomes the note.
        """
        if not person.is_known():
            return
        self._why.set(person.refusal(Action.REVIEW) if person.is_over() else None)
        if self._why.get():
            return  # it is kept: it can be taken out as a file, and the sign-in is made anew by loading the page
        while waiting := self.waiting():
            try:
                store(waiting[0])
            except (errors.DatabaseUnavailable, OSError) as error:
                self._why.set(str(error))
                return
            except errors.GarmentsError as error:
                if refused is None:
                    self.say(str(error))
                else:
                    refused(waiting[0], error)
            self.keep_waiting(self.waiting()[1:])
