"""Each line of the log as a sentence that a merchandiser reads. Pure: plain text that may hold what anybody wrote.

What a line holds is written where the thing is done, in `core`; a line that says less, or something that no one here
knows, becomes a plain sentence without its details. They stand in the CSV.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dashboard.log import settings_wording as settings
from dashboard.log.settings_wording import Line
from dashboard.look import phrases, theme
from dashboard.training import wording as training_wording
from dashboard.versions import wording as version_wording

LONGEST_REASON = 240
"""Characters of a reason on screen; the CSV has all of it."""

ICONS = {
    "publish": ":material/model_training:",
    "promote": ":material/publish:",
    "keep": ":material/block:",
    "roll-back": ":material/undo:",
    "delete": ":material/delete:",
    "purge": ":material/delete_forever:",
    "target": ":material/flag:",
    "pair-rule": ":material/compare:",
    "train": ":material/play_arrow:",
    "cancel": ":material/cancel:",
    "find-suspects": ":material/label_off:",
    "watch-list": ":material/visibility:",
    "drop-photos": ":material/add_a_photo:",
    "stop-tagging": ":material/pause:",
    "go-on-tagging": ":material/play_arrow:",
    "confirm-line": ":material/rule:",
    "names": ":material/sell:",
    "costs": ":material/payments:",
    "draw-checks": ":material/casino:",
    "release-delivery": ":material/lock_open:",
    "add-catalogue": ":material/photo_library:",
    "use-catalogue": ":material/photo_library:",
    "remove-catalogue": ":material/delete:",
    "decide-photos": ":material/rule:",
    "list-columns": ":material/view_column:",
    "export": ":material/download:",
    "restore": ":material/settings_backup_restore:",
    "draw-tags": ":material/casino:",
    "judge-tags": ":material/rate_review:",
    "stop-judging": ":material/pause:",
    "forget": ":material/person_off:",
    "refuse": ":material/lock:",
}
"""Name of an action in the log -> the sign before its sentence."""
_OF_PROGRAM = "the garments that come with the program"
OTHER_ICON = ":material/edit_note:"
"""Before what no one here knows."""


def sentence(entry: Line) -> str:
    """What somebody did, to follow the name: "made version 2 live in place of version 1."; the reason left out."""
    try:
        return _SENTENCES[entry.action](entry)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        # A line of before, or of a later program: what it says in detail stands in the CSV.
        name = version_wording.ACTIONS.get(entry.action, entry.action)
        return f"{name}: {entry.subject}."


def reason(entry: Line) -> str:
    """Why, as a quotation; empty where nobody said."""
    text = " ".join(entry.note.split())
    if not text or entry.action in _NOTE_IS_TOLD:
        return ""
    return f"“{text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + '…'}”"


def _publish(entry: Line) -> str:
    if name := entry.after.get("elsewhere"):
        share = f"{theme.of_hundred(float(entry.after['accuracy']), decimals=1)} of 100 right"
        return f"brought in the tags of {settings.text(name)} as {entry.subject}: {share}."
    return f"trained {entry.subject}: {_outcome(entry.after)}."


def _promote(entry: Line) -> str:
    if entry.before is None:
        return f"made {entry.subject} live, the first one."
    return f"made {entry.subject} live in place of version {int(entry.before['live'])}{_overridden(entry.after)}."


def _overridden(after: Mapping[str, Any]) -> str:
    """What a person stood by; nothing where every guard rail was kept."""
    failed = [version_wording.RAILS.get(name, name) for name in after.get("overridden", {})]
    return f", against the safety check{'s' * (len(failed) != 1)} {settings.listed(failed)}" if failed else ""


def _keep(entry: Line) -> str:
    return f"kept version {int(entry.after['live'])} live and left {entry.subject}."


def _roll_back(entry: Line) -> str:
    return f"made {entry.subject} live again in place of version {int(entry.before['live'])}."


def _delete(entry: Line) -> str:
    return f"deleted {entry.subject} ({_outcome(entry.before)})."


def _outcome(values: Mapping[str, Any]) -> str:
    recipe = training_wording.title(settings.text(values["recipe"]))
    return f"{recipe}, {theme.of_hundred(float(values['accuracy']), decimals=1)} of 100 tagged correctly"


def _purge(entry: Line) -> str:
    if entry.subject == "trash":
        num = len(entry.after["artefacts"])
        megabytes = f"{max(1, round(int(entry.after['bytes']) / 1e6)):,} MB"
        return f"removed {num:,} deleted {'item' if num == 1 else 'items'} for good ({megabytes})."
    return f"removed the {entry.subject} for good ({_num(entry.after['photos'], 'photo')})."


def _train(entry: Line) -> str:
    asked = entry.after
    if asked["kind"] == "suspects":
        return "started a search for wrong labels."
    more = [f"on {settings.text(asked['catalogue'])}"] if asked["catalogue"] else []
    more += [f"with seed {int(asked['seed'])}"] if asked["seed"] else []
    more += [f"for {_num(asked['epochs'], 'round')}"] if asked["epochs"] else []
    return f"started the training {' '.join([training_wording.title(settings.text(asked['recipe'])), *more])}."


def _cancel(entry: Line) -> str:
    return f"cancelled a training or a search{_when(entry)}."


def _stop_tagging(entry: Line) -> str:
    return f"stopped the tagging of {entry.subject}{_when(entry)}."


def _when(entry: Line) -> str:
    """What the program itself noted: "before it began", "it did not answer"."""
    if not entry.note:
        return ""
    return f" {entry.note}" if entry.note.startswith("before") else f" ({entry.note})"


def _go_on_tagging(entry: Line) -> str:
    return f"had the tagging of {entry.subject} go on."


def _find_suspects(entry: Line) -> str:
    num = int(entry.after["suspects"])
    return f"had {phrases.garments(int(entry.after['garments']))} searched for wrong labels: {num:,} doubted."


def _drop_photos(entry: Line) -> str:
    photos = _num(entry.after["photos"], "photo")
    return f"dropped {photos} to be tagged by version {int(entry.after['version'])} ({entry.subject})."


def _draw_checks(entry: Line) -> str:
    return f"drew {_num(entry.after, 'product')} for the spot check of {entry.subject}."


def _release_delivery(entry: Line) -> str:
    checked, right = int(entry.after["num_checked"]), int(entry.after["num_right"])
    return f"let {entry.subject} go although it differs: {right:,} of {checked:,} that were looked at are right."


def _add_catalogue(entry: Line) -> str:
    parts = [f"{int(entry.after[name]):,} {name}" for name in ("new", "changed", "gone") if entry.after.get(name)]
    more = f" ({', '.join(parts)})" if parts else ""
    return f"brought in the {entry.subject}: {_num(entry.after['photos'], 'photo')}{more}."


def _use_catalogue(entry: Line) -> str:
    names = [settings.text(name or _OF_PROGRAM) for name in (entry.after, entry.before)]
    return f"had trainings learn from {names[0]}, before from {names[1]}."


def _export(entry: Line) -> str:
    products = _num(entry.after["products"], "product")
    return f"exported {products} of {entry.subject} ({settings.text(entry.after['file'])})."


def _forget(entry: Line) -> str:
    places = sum(int(entry.after[name]) for name in ("rows", "texts", "files"))
    return f"had the name of a person replaced by “{settings.text(entry.subject)}” in {_num(places, 'place')}."


def _refuse(entry: Line) -> str:
    role = f"the role {settings.text(entry.after['role'])}" if entry.after["role"] else "no role"
    needed = settings.text(entry.after["needs"])
    return f"was not allowed to {entry.subject}: has {role}, and it takes the role {needed}."


def _remove_catalogue(entry: Line) -> str:
    return f"took the {entry.subject} away."


def _decide_photos(entry: Line) -> str:
    decided, left = _num(entry.after["decisions"], "decision"), f"{int(entry.after['photos']):,} to learn from"
    if entry.after["taken_back"]:
        return f"took {decided} about photos of the {entry.subject} back, {left}."
    return f"decided about photos of the {entry.subject}: {decided}, {left}."


def _restore(entry: Line) -> str:
    moment = datetime.fromisoformat(str(entry.after["made_at"]))
    return f"brought {entry.subject} back: everything before this line is of {moment:%Y-%m-%d %H:%M} UTC or earlier."


def _draw_tags(entry: Line) -> str:
    drawn, tags = int(entry.after["drawn"]), _num(entry.after["tags"], "tag")
    return f"drew {drawn:,} of {tags} of {entry.subject} at random, to be judged."


def _judge_tags(entry: Line) -> str:
    by_person = {settings.text(who): int(num) for who, num in entry.after["judged"].items()}
    people = settings.listed([f"{num:,} by {who or 'nobody named'}" for who, num in by_person.items()])
    unclear = int(entry.after["unclear"])
    more = f"; of {unclear:,} nobody could tell" if unclear else ""
    name = settings.text(entry.after["tags_of"])
    return f"made {entry.subject} of {sum(by_person.values()):,} judged tags of {name} ({people}{more})."


def _stop_judging(entry: Line) -> str:
    judged, drawn = int(entry.after["judged"]), int(entry.after["drawn"])
    return f"stopped the judging of {entry.subject} after {judged:,} of {drawn:,}."


def _num(number: Any, noun: str) -> str:
    return f"{int(number):,} {noun}{'' if int(number) == 1 else 's'}"


_NOTE_IS_TOLD = ("cancel", "stop-tagging")
"""Actions whose note is no person's reason, but a part of the sentence."""
_SENTENCES: dict[str, Callable[[Line], str]] = {
    "publish": _publish,
    "promote": _promote,
    "keep": _keep,
    "roll-back": _roll_back,
    "delete": _delete,
    "purge": _purge,
    "train": _train,
    "cancel": _cancel,
    "find-suspects": _find_suspects,
    "drop-photos": _drop_photos,
    "stop-tagging": _stop_tagging,
    "go-on-tagging": _go_on_tagging,
    "draw-checks": _draw_checks,
    "release-delivery": _release_delivery,
    "add-catalogue": _add_catalogue,
    "use-catalogue": _use_catalogue,
    "remove-catalogue": _remove_catalogue,
    "decide-photos": _decide_photos,
    "export": _export,
    "restore": _restore,
    "draw-tags": _draw_tags,
    "judge-tags": _judge_tags,
    "stop-judging": _stop_judging,
    "forget": _forget,
    "refuse": _refuse,
    **settings.SENTENCES,
}
