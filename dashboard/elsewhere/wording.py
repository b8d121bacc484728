"""Sentences about tags that another system gave."""

HOW = (
    "A cloud service, a supplier's model, last year's network: whatever tags your garments, bring in what it said, as "
    "a file with a row for each picture. It becomes a version like any other: with its score, its mistakes, verdicts, "
    "themes, costs and a decision. Nothing leaves this computer."
)
WHAT = "The file: picture and tag; where you have them the right label, and how sure the system was."
LATER = (
    "What goes by looks (themes, more like this, the picture of all garments) follows when all pictures are looked at."
)
COMMANDS = "Large files come in faster by the command line of this computer:"
COMMAND = "python -m core import-predictions tags.csv --pictures FOLDER --name cloud"
COLUMNS = {"picture": "Picture", "predicted": "Tag", "label": "Right label", "confidence": "How sure"}
"""What a column can say -> its title on screen."""
DROPPED, FOLDER, HERE = "Drop the pictures", "A folder of this computer", "Garments that are here"
"""Where the pictures are."""
EXAMPLE = (
    {"image": "0001.jpg", "label": "Dress", "prediction": "Dress", "confidence": "0.97"},
    {"image": "0002.jpg", "label": "Shirt", "prediction": "Blouse", "confidence": "0.61"},
    {"image": "0003.jpg", "label": "", "prediction": "Coat", "confidence": "0.88"},
)
"""Rows that a file might have."""
EXAMPLE_TOLD = (
    "A row for each picture. Only the picture and the tag must be there; columns may be called otherwise. In place of "
    "the confidence there may be a column of probability for each category, such as prob_Dress."
)
HAS_NOT = (
    "These tag no new photos and learn from no correction: their networks are not here. Give your corrections back to "
    "their makers, or train one of ours on the same garments and compare the two."
)


def judged_so_far(name: str, num_judged: int, num_drawn: int, num_rows: int) -> str:
    """How far the judging of some tags is."""
    return f"{name}: {num_judged:,} of {num_drawn:,} judged, drawn at random from {num_rows:,} tags."


RIGHT, CHANGE, CANNOT_TELL = "Right", "Another category", "Cannot tell"
"""Words on the buttons of somebody who judges."""
DRAW = (
    "No row has a label, so nobody can say how often these tags are right. Draw some at random and judge them here: "
    "the score is then that of the sample, with its interval."
)
JUDGE = "Look at each picture and say whether its tag is right. All of them must be judged, hard ones too."


def within(num: int) -> str:
    """How exactly a sample of that size tells the score."""
    return f"With {num:,} the score is known to about {98 / num**0.5:.0f} points up or down."


def summary(version: int, name: str, num_right: int, num: int, num_drawn: int) -> str:
    """A version from elsewhere in a sentence; of a sample how it came about."""
    found = (
        f"Version {version}, tags by {name}: {num_right:,} of {num:,} are right ({100 * num_right / num:.1f} of 100)."
    )
    if not num_drawn:
        return found
    unclear = f"; of {num_drawn - num:,} nobody could tell" if num_drawn > num else ""
    return f"{found} They were drawn at random and judged by people{unclear}."


def sureness(gives: str, calibration: str, num_held_out: int) -> str:
    """What its confidences are worth, as `core.store.runs.runs.Elsewhere` tells them."""
    if gives == "tags":
        return "It does not say how sure it is, so no line can be set and nothing can be sorted by it."
    if not calibration:
        return "Too few garments have a label to check how sure it says it is, so no line can be set."
    way = "temperature scaling" if calibration == "temperature" else "isotonic regression"
    return (
        f"How sure it says it is was compared with how often it is right on {num_held_out:,} of the garments, and put "
        f"right by that ({way}). An automation line is chosen on these and checked on the others."
    )


def looking(num: int, num_all: int, problem: str, *, is_complete: bool, is_running: bool) -> str:
    """How far its pictures are looked at; empty where all are."""
    if is_complete:
        return ""
    if problem:
        return f"Its pictures were not looked at to the end: {problem}"
    far = f", {num:,} of {num_all:,}" if num_all else ""
    return f"Its pictures are being looked at{far}. {LATER}" if is_running else f"Its pictures are not looked at{far}."
