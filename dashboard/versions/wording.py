"""What two versions say against each other, as sentences a merchandiser reads. Pure."""

from collections.abc import Sequence

import pandas as pd

from core.quality import changes, comparison
from dashboard.look import phrases

RAILS = {
    "files": "Files",
    "weights": "Weights",
    "probabilities": "Probabilities",
    "figures": "Figures",
    "classes": "Same categories",
    "leak": "Fair test",
    "common": "Same garments",
    "overall": "Not worse overall",
    "categories": "No category found clearly less",
    "precision": "No tag clearly less right",
    "automation": "Tags without a person",
}
"""Name of a guard rail in the history -> its name on screen."""
SHORT_RAILS = {
    "leak": "Fair test",
    "common": "Same garments",
    "overall": "Overall",
    "categories": "No big loss",
    "precision": "Every tag",
    "automation": "Without a person",
}
"""Name of a guard rail -> a word or two for the line of them; those of `SOUND` are told by `WHOLE` there."""
WHOLE = "Whole and sound"
RAILS_AS_SOLD = "They count categories as you sell them, whichever the page shows."
SOUND = ("files", "weights", "probabilities", "figures", "classes")
"""Rails about the version itself: told in one line where all are kept."""
MOST_NAMED = 3
"""Categories named in a sentence; how many more there are is said."""
REASON_PROMPT = "For example: fewer shirts lost among T-shirts, nothing else worse."
OVERRIDE_HELP = "What failed, and that you stood by it, is written into the history with your name."
ACTIONS = {
    "publish": "Version trained",
    "promote": "Made live",
    "keep": "Live version kept",
    "roll-back": "Made live again",
    "delete": "Version deleted",
    "purge": "Deleted files removed",
    "target": "Target line",
    "pair-rule": "Rule for two categories",
    "train": "Training started",
    "cancel": "Training cancelled",
    "find-suspects": "Wrong labels looked for",
    "watch-list": "Watch list",
    "drop-photos": "Photos dropped to be tagged",
    "stop-tagging": "Tagging stopped",
    "go-on-tagging": "Tagging goes on",
    "confirm-line": "Automation line confirmed",
    "names": "Names of categories",
    "costs": "What mistakes cost",
    "draw-checks": "Spot checks drawn",
    "release-delivery": "Delivery let go",
    "add-catalogue": "Own photos brought in",
    "use-catalogue": "Catalogue chosen for trainings",
    "remove-catalogue": "Own photos taken away",
    "decide-photos": "Own photos decided about",
    "list-columns": "Columns of a list",
    "export": "Tags exported",
    "restore": "Backup brought back",
    "draw-tags": "Tags drawn to be judged",
    "judge-tags": "Tags judged",
    "stop-judging": "Judging stopped",
    "forget": "Name replaced",
    "refuse": "Refused for want of a role",
}
"""Name of an action in the log -> its name on screen."""
NO_CHALLENGER = "There is no other version to compare with the live one yet. Train one from the sidebar."
OTHERS = "Compare other versions with it"
IS_LIVE = "This version is the live one. Choose another one to compare with it."


def result(found: comparison.Comparison, number: int, live_number: int) -> str:
    """The headline: better, worse, or no clear difference, with the garments that changed sides."""
    words = {
        "better": f"Version {number} is clearly better than version {live_number}",
        "worse": f"Version {number} is clearly worse than version {live_number}",
    }
    verdict = words.get(found.result, f"No clear difference between version {number} and version {live_number}")
    change = found.change
    return f"{verdict}: {change.num_fixed:,} fixed, {change.num_broken:,} newly wrong"


def not_comparable(number: int, live_number: int) -> str:
    """The headline where nothing can be compared."""
    return f"Version {number} cannot be compared with version {live_number}"


def balance(change: changes.Change) -> str:
    """What the headline rests on: "Net +60 of 10,000 garments, 747 wrong in both. Luck alone …"."""
    net = f"+{change.net:,}" if change.net > 0 else f"−{-change.net:,}" if change.net < 0 else "0"
    is_luck = change.p_value > 0.5
    luck = "That can well be pure luck." if is_luck else f"Luck alone gives as much in {_cases(change.p_value)}."
    return f"Net {net} of {phrases.garments(change.num_garments)}, {change.num_both_wrong:,} wrong in both. {luck}"


def common(found: comparison.Comparison) -> str:
    """On how many garments the two were compared, where their tests differ; else empty."""
    if found.num_common == found.num_before == found.num_after:
        return ""
    return (
        f"Compared on the {phrases.garments(found.num_common)} that both were judged on, of {found.num_before:,} "
        f"and {found.num_after:,}."
    )


def losing_categories(classes: pd.DataFrame) -> str:
    """A warning that names the categories that clearly lose, the largest loss first; empty where none does."""
    losing = classes[classes["is_clear"] & (classes["recall_after"] < classes["recall_before"])]
    names = worst_change_first(losing)["class_name"].tolist()
    if not names:
        return ""
    more = len(names) - MOST_NAMED
    return f"Clearly worse: {', '.join(names[:MOST_NAMED])}{f' and {more:,} more' if more > 0 else ''}."


def worst_change_first(classes: pd.DataFrame) -> pd.DataFrame:
    """The rows of `changes.per_class_changes`, the largest loss of recall first; without garments last."""
    order = (classes["recall_after"] - classes["recall_before"]).sort_values(kind="stable", na_position="last")
    return classes.loc[order.index]


def class_meaning(is_clear: bool, net: int) -> str:
    """Whether a category is better or worse, as far as luck does not explain it."""
    if not is_clear or not net:
        return "No clear difference"
    return "Clearly better" if net > 0 else "Clearly worse"


def classes_in_words(classes: pd.DataFrame) -> pd.DataFrame:
    """Table of `changes.per_class_changes` for those who read: the clearest losses first, then the clearest gains."""
    net = classes["num_fixed"] - classes["num_broken"]
    table = pd.DataFrame(
        {
            "Category": classes["class_name"],
            "Fixed": classes["num_fixed"],
            "Newly wrong": classes["num_broken"],
            "Found before, of 100": (100 * classes["recall_before"]).round(1),
            "Found now, of 100": (100 * classes["recall_after"]).round(1),
            "What it means": [
                class_meaning(bool(is_clear), int(gain))
                for is_clear, gain in zip(classes["is_clear"], net, strict=True)
            ],
        }
    )
    order = pd.DataFrame({"is_luck": ~classes["is_clear"], "net": net}).sort_values(["is_luck", "net"], kind="stable")
    return table.loc[order.index]


def refused(number: int, sentences: Sequence[str]) -> str:
    """Why a version cannot become live whatever anybody says."""
    return f"Version {number} cannot be made live. {' '.join(sentences)} Nobody can override that."


def nothing_changed(why: str) -> str:
    """What stands beside a button that could not do what it says."""
    return f"Nothing changed. {why}"


def reason_missing(reason: str, shortest: int) -> str:
    """What is missing where nobody said why, or with fewer characters than `shortest`."""
    num = len(reason.strip())
    so_far = f" So far {num}." if num else ""
    return f"Write why first, at least {shortest} characters.{so_far}"


def tags_of_both(live_number: int, number: int) -> str:
    """What the captions of garments say that changed sides."""
    return f"Tag of version {live_number} → tag of version {number}, and how sure version {number} is."


def stand_by_it(doubts: int) -> str:
    """What is missing where guard rails fail and nobody stands by it."""
    return f"Tick “{asked(doubts)}” first, or keep the live version."


def shown_of(num_shown: int, num_all: int) -> str:
    """How many of some garments are on screen: "8 of 202"; only how many where that is all of them."""
    return f"{num_all:,}" if num_shown == num_all else f"{num_shown:,} of {num_all:,}"


def asked(doubts: int) -> str:
    """The label of the box that stands by a version against failing guard rails."""
    noun = "safety check fails" if doubts == 1 else "safety checks fail"
    return f"I stand by it although {doubts} {noun}"


def made_live(number: int) -> str:
    """What is said after a promotion."""
    return f"Version {number} is live now, and why is written down."


def kept(number: int, live_number: int) -> str:
    """What is said after keeping the live version."""
    return f"Version {live_number} stays live, and why version {number} was left is written down."


def period(since: str, until: str) -> str:
    """When a version was live: "since 3 May 2026, 9:00", "3 May 2026, 9:00 to 4 May 2026, 10:00"."""
    return f"{since} to {until}" if until else f"live since {since}"


def decided_by(who: str, *, is_roll_back: bool) -> str:
    """Who made a version live, or live again."""
    return f"{'made live again' if is_roll_back else 'made live'} by {who}"


def deletion(number: int, trash_days: float) -> str:
    """What deleting a version means, before it is done."""
    days = "1 day" if trash_days == 1 else f"{trash_days:g} days"
    return (
        f"Version {number} disappears from every list and its number is never used again. Its files stay in the trash "
        f"for {days}. That it was deleted, and by whom, stands in the log."
    )


def standing(*, is_live: bool, was_live: bool, was_kept: bool) -> str:
    """Where a version stands, in one or two words."""
    if is_live:
        return "Live"
    if was_live:
        return "Was live"
    return "Looked at, not made live" if was_kept else "Waiting"


def lines_shown(num_shown: int, num_all: int) -> str:
    """How much of the log is on screen; a list that is cut says so."""
    noun = "line" if num_all == 1 else "lines"
    if num_shown == num_all:
        return f"{num_all:,} {noun}"
    return f"The newest {num_shown:,} of {num_all:,} {noun}; the CSV has them all"


def _cases(share: float) -> str:
    return "fewer than 1 of 100 cases" if share < 0.01 else f"{100 * share:.0f} of 100 cases"
