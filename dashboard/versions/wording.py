"""What two versions say against each other, as sentences a merchandiser reads. Pure."""

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
SOUND = ("files", "weights", "probabilities", "figures", "classes")
"""Rails about the version itself: told in one line where all are kept."""
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
    "list-columns": "Columns of a list",
}
"""Name of an action in the log -> its name on screen."""
NO_CHALLENGER = "There is no other version to compare with the live one yet. Train one from the sidebar."
IS_LIVE = "This version is the live one. Choose another one to compare with it."


def result(found: comparison.Comparison, number: int, live_number: int) -> str:
    """The headline: better, worse, or no clear difference."""
    words = {
        "better": f"Version {number} is clearly better than version {live_number}, the live one.",
        "worse": f"Version {number} is clearly worse than version {live_number}, the live one.",
    }
    return words.get(
        found.result, f"No clear difference between version {number} and version {live_number}, the live one."
    )


def balance(change: changes.Change) -> str:
    """Fixed, newly wrong, both wrong, and what that means: "… Net +60 of 10,000: a real gain (…)."."""
    net = f"+{change.net:,}" if change.net > 0 else f"−{-change.net:,}" if change.net < 0 else "0"
    return (
        f"Fixed {change.num_fixed:,}, newly wrong {change.num_broken:,}, wrong in both {change.num_both_wrong:,}. "
        f"Net {net} of {phrases.garments(change.num_garments)}: {_meaning(change)}."
    )


def common(found: comparison.Comparison) -> str:
    """On how many garments the two were compared, where their tests differ; else empty."""
    if found.num_common == found.num_before == found.num_after:
        return ""
    return (
        f"Compared on the {phrases.garments(found.num_common)} that both were judged on, of {found.num_before:,} "
        f"and {found.num_after:,}."
    )


def losing_categories(classes: pd.DataFrame) -> str:
    """A warning that names the categories that clearly lose; empty where none does."""
    losing = classes[classes["is_clear"] & (classes["recall_after"] < classes["recall_before"])]
    if losing.empty:
        return ""
    names = ", ".join(
        f"{row['class_name']} (finds {100 * row['recall_after']:.1f} of 100, before {100 * row['recall_before']:.1f})"
        for row in losing.to_dict("records")
    )
    return f"Clearly worse at: {names}."


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
                _class_meaning(bool(is_clear), int(gain))
                for is_clear, gain in zip(classes["is_clear"], net, strict=True)
            ],
        }
    )
    order = pd.DataFrame({"is_luck": ~classes["is_clear"], "net": net}).sort_values(["is_luck", "net"], kind="stable")
    return table.loc[order.index]


def asked(doubts: int) -> str:
    """The label of the box that stands by a version against failing guard rails."""
    noun = "guard rail fails" if doubts == 1 else "guard rails fail"
    return f"I stand by it although {doubts} {noun}"


def made_live(number: int) -> str:
    """What is said after a promotion."""
    return f"Version {number} is live now, and why is written down."


def kept(number: int, live_number: int) -> str:
    """What is said after keeping the live version."""
    return f"Version {live_number} stays live, and why version {number} was left is written down."


def line(number: int, *, since: str, until: str, who: str, is_roll_back: bool) -> str:
    """One line of the history: "Version 7 was live from 3 May 2026, 9:00 to ... Made live by Ada."."""
    when = f"was live from {since} to {until}" if until else f"is live since {since}"
    return f"Version {number} {when}. {'Made live again' if is_roll_back else 'Made live'} by {who}."


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


def _meaning(change: changes.Change) -> str:
    if not change.is_clear or not change.net:
        return f"no clear difference (luck alone gives as much in {_cases(change.p_value)})"
    return f"a real {'gain' if change.net > 0 else 'loss'} (luck alone gives as much in {_cases(change.p_value)})"


def _cases(share: float) -> str:
    return "fewer than 1 of 100 cases" if share < 0.01 else f"{100 * share:.0f} of 100 cases"


def _class_meaning(is_clear: bool, net: int) -> str:
    if not is_clear or not net:
        return "No clear difference"
    return "Clearly better" if net > 0 else "Clearly worse"
