"""The guard rails before a version becomes live: each is kept or not, and says so in a sentence with its figures.

Some can never be overridden: a version that is damaged, not finite, not what it says, that learned from the garments it
is judged on, or, unless it learned a retailer's own photos, that knows other categories. The others ask a person to
stand by the decision.
"""

from dataclasses import dataclass

from core import errors
from core.quality import automation_share, category_views, changes, comparison
from core.quality.shared_classes import Shared
from core.store.base.store import Store
from core.store.live import comparisons
from core.store.runs import runs, soundness
from core.store.runs.soundness import Rail

ENOUGH_GARMENTS = 200
"""With fewer, versions that differ on one garment in eight can seem 5 points apart by luck (two standard errors)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """Everything that speaks for and against making a version live."""

    rails: tuple[Rail, ...]
    """In a fixed order; after damage or other categories the remaining ones cannot be judged and are left out."""
    match: comparisons.Match | None
    """The comparison with the live version; None where there could be none."""

    @property
    def refusals(self) -> tuple[Rail, ...]:
        """What no one can override."""
        return tuple(rail for rail in self.rails if not rail.passed and not rail.may_be_overridden)

    @property
    def doubts(self) -> tuple[Rail, ...]:
        """What asks for an explicit override."""
        return tuple(rail for rail in self.rails if not rail.passed and rail.may_be_overridden)


def assess(store: Store, run: runs.Run, live: runs.Run | None) -> Assessment:
    """How that version keeps the guard rails against the live one (None: nothing is live, it only has to be sound).

    Rails: `files`, `weights`, `probabilities`, `figures`, `classes`, `leak`, which can never be overridden; then
    `common`, `overall`, `categories`, `precision`, `automation`. A version that learned own photos may know other
    `classes`: where both know some it is judged on those, and to lose a category can be overridden, else nobody could
    go from the garments that come with the program to their own. Categories that the team merged are one: what the
    shop cannot tell apart is no mistake.
    """
    rails = [*soundness.rails(store, run)]
    if live is None or not all(rail.passed for rail in rails):
        return Assessment(rails=tuple(rails), match=None)
    if run.class_names != live.class_names and not (run.is_of_photos or run.elsewhere or live.elsewhere):
        return Assessment(rails=(*rails, _refused(comparison.differing(live.class_names, run.class_names))), match=None)
    try:
        challenger = comparisons.judged(store, run)
    except errors.StillDescribing as error:
        return Assessment(rails=(*rails, _not_looked_at(error)), match=None)
    try:
        is_same = run.catalogue_artefact == live.catalogue_artefact
        champion = comparisons.judged(store, live, same_garments=challenger if is_same else None)
    except errors.GarmentsError as error:
        # A damaged live version must not stand in the way of a sound one.
        alone = comparisons.matched(challenger, challenger)
        return Assessment(rails=(*rails, _leak(store, run, alone), _unreadable(live, error)), match=None)
    try:
        sold = category_views.as_sold(run.sold_as)
        match = comparisons.matched(champion, challenger, sold)
    except errors.CategoriesDiffer as error:
        return Assessment(rails=(*rails, _nothing_shared(error)), match=None)
    found = match.comparison
    names = sold.names if found.shared.is_all else found.shared.names
    rails += [
        _classes(found.shared),
        _leak(store, run, match),
        _common(found),
        _overall(found),
        _categories(found, names),
        _precision(found, names),
        _automation(match.automation),
    ]
    return Assessment(rails=tuple(rails), match=match)


def _refused(error: errors.CategoriesDiffer) -> Rail:
    return Rail(name="classes", passed=False, sentence=str(error))


def _nothing_shared(error: errors.CategoriesDiffer) -> Rail:
    sentence = f"{error.differing} The two cannot be compared, and every tag from then on is one of its categories."
    return Rail(name="classes", passed=False, sentence=sentence, may_be_overridden=True)


def _classes(shared: Shared) -> Rail:
    if shared.is_all:
        return Rail(name="classes", passed=True, sentence=f"It knows the same {len(shared.of_after)} categories.")
    if not shared.lost:
        return Rail(name="classes", passed=True, sentence=shared.sentence)
    sentence = f"It no longer gives the tags {', '.join(shared.lost)}. {shared.sentence}"
    return Rail(name="classes", passed=False, sentence=sentence, may_be_overridden=True)


def _leak(store: Store, run: runs.Run, match: comparisons.Match) -> Rail:
    if run.elsewhere:
        sentence = (
            f"What {run.elsewhere.name} learned from is not known here: ask whether these garments were among it."
        )
        return Rail(name="leak", passed=True, sentence=sentence)
    try:
        found = comparisons.overlap(store, run, match)
    except errors.GarmentsError as error:
        return Rail(name="leak", passed=False, sentence=str(error))
    return Rail(name="leak", passed=not found.is_leak, sentence=found.sentence)


def _unreadable(live: runs.Run, error: errors.GarmentsError) -> Rail:
    sentence = f"The live version {live.version} cannot be read, so nothing can be compared with it. {error}"
    return Rail(name="common", passed=False, sentence=sentence, may_be_overridden=True)


def _not_looked_at(error: errors.StillDescribing) -> Rail:
    return Rail(name="common", passed=False, sentence=str(error), may_be_overridden=True)


def _common(found: comparison.Comparison) -> Rail:
    most = max(found.num_before, found.num_after)
    sentence = f"Both were judged on the same {found.num_common:,} garments of {most:,}."
    passed = found.num_common >= ENOUGH_GARMENTS
    if not passed:
        sentence += f" That is too few to compare: it takes {ENOUGH_GARMENTS:,}."
    return Rail(name="common", passed=passed, sentence=sentence, may_be_overridden=True)


def _overall(found: comparison.Comparison) -> Rail:
    change = found.change
    meaning = {"better": "a real gain", "worse": "a real loss"}.get(found.result, "no clear difference")
    sentence = (
        f"{change.num_fixed:,} garments fixed and {change.num_broken:,} newly wrong of {change.num_garments:,}: "
        f"{meaning}; luck alone gives such a difference in {_percent(change.p_value)} of 100 cases."
    )
    return Rail(name="overall", passed=found.result != "worse", sentence=sentence, may_be_overridden=True)


def _categories(found: comparison.Comparison, names: tuple[str, ...]) -> Rail:
    table = found.classes.assign(down=100 * (found.classes["recall_before"] - found.classes["recall_after"]))
    falling = table[table["is_clearly_down"]]
    most = f"{changes.MOST_POINTS_DOWN:g} points"
    sentence = f"Of no category clearly fewer garments are found, by more than {most}."
    if len(falling):
        losses = (
            f"{names[row['class_index']]}, down by {row['down']:.1f} points "
            f"({row['num_fixed']:,} of {row['support']:,} garments fixed, {row['num_broken']:,} newly wrong)"
            for row in falling.to_dict("records")
        )
        sentence = f"Clearly fewer are found, by more than {most}: {', '.join(losses)}."
    return Rail(name="categories", passed=falling.empty, sentence=sentence, may_be_overridden=True)


def _precision(found: comparison.Comparison, names: tuple[str, ...]) -> Rail:
    falling = found.classes[found.classes["is_precision_clearly_down"]]
    most = f"{changes.MOST_POINTS_DOWN:g} points"
    sentence = f"No category's tag is clearly less often right, by more than {most}."
    if len(falling):
        losses = (
            f"{names[row['class_index']]} ({row['num_right_after']:,} of {row['num_tagged_after']:,} tags right, "
            f"before {row['num_right_before']:,} of {row['num_tagged_before']:,})"
            for row in falling.to_dict("records")
        )
        sentence = f"Tags clearly less often right, by more than {most}: {', '.join(losses)}."
    return Rail(name="precision", passed=falling.empty, sentence=sentence, may_be_overridden=True)


def _automation(found: automation_share.Difference) -> Rail:
    sentence = "No garment is common, so nothing can be said of tagging without a person."
    if found.after.num_garments:
        sentence = (
            f"By the line for at most {automation_share.MAX_WRONG_IN_100:g} wrong in 100, "
            f"{_tagged(found.after)} of {found.after.num_garments:,} garments are tagged without a person; with the "
            f"live version {_tagged(found.before)}. The difference lies between {100 * found.low:+.1f} and "
            f"{100 * found.high:+.1f} of 100 garments."
        )
    return Rail(name="automation", passed=not found.is_clearly_lower, sentence=sentence, may_be_overridden=True)


def _tagged(found: automation_share.Automation) -> str:
    wrong = f" ({found.num_wrong:,} of them wrong)" if found.num_tagged else ""
    return f"{found.num_tagged:,}{wrong}"


def _percent(share: float) -> str:
    return "fewer than 1" if share < 0.01 else f"{100 * share:.0f}"
