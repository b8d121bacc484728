"""The Monday pack as one HTML page that prints on two A4 pages, without scripts and without any other file. Pure.

All that is data is escaped. How much stands on a page is limited by counts, since paper cannot be scrolled: what is
left out is counted and stands in the CSV files.
"""

from pathlib import Path

import jinja2
import markupsafe

from core.report import lists, score_card, wording
from core.report.contents import Changed, Contents
from core.words import sentences

MOST_ROWS_WITH_PAIRS = 10
"""Categories up to which the worst mix-ups stand on the first page, under the score card."""
MOST_DECISIONS, MOST_QUESTIONS, MOST_CHANGES, MOST_WATCHED = 16, 10, 5, 3
_LESS = {"decisions": 7, "questions": 7}
"""The same where the worst mix-ups stand on the second page too."""
_FOLDER = Path(__file__).parent
_ENVIRONMENT = jinja2.Environment(
    autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, loader=jinja2.FileSystemLoader(_FOLDER)
)


def html(contents: Contents) -> str:
    """The page."""
    rows = score_card.rows(contents.card, contents.target) if contents.run.num_test else []
    pairs_first = len(rows) <= MOST_ROWS_WITH_PAIRS
    most = {"decisions": MOST_DECISIONS, "questions": MOST_QUESTIONS} if pairs_first else _LESS
    return _ENVIRONMENT.get_template("page.html").render(
        title=f"Monday pack, version {contents.run.version}, {sentences.date(contents.made.at)}",
        css=markupsafe.Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),
        about=_about(contents),
        scores=_scores(contents),
        below_scores=_below_scores(contents),
        rows=rows,
        caption=_caption(contents),
        pairs_first=pairs_first,
        pairs=contents.worst_pairs,
        pictures_missing=contents.pictures_missing,
        why_no_pairs="No two categories are mixed up." if rows else "No garment has been judged yet.",
        changed=_changed(contents.changed),
        why_nothing_changed=contents.changed.why_none,
        in_days=f"in the last {contents.made.days:,} days" if contents.made.days != 1 else "in the last day",
        decisions=wording.listed(contents.decisions, most["decisions"], lists.DECISIONS),
        why_nothing_decided="Nothing was decided, and nobody spoke of a garment, in these days.",
        questions=wording.listed(contents.questions, most["questions"], lists.QUESTIONS),
        foot=_foot(contents),
    )


def _about(contents: Contents) -> list[str]:
    run, made = contents.run, contents.made
    title = wording.shortened(run.catalogue_title, 60)
    by = wording.shortened(made.by, wording.LONGEST_NAME)
    made_as = f"recipe {run.recipe_name}, trained"
    if run.elsewhere:
        made_as = f"tags by {run.elsewhere.name}, brought in"
    return [
        f"Version {run.version}{' (live)' if contents.is_live else ', not the live one'}, {made_as} "
        f"{sentences.date(run.created_at)}. Judged on {sentences.garments(run.num_test)} of {title}.",
        f"Made {sentences.moment(made.at)} by {by}.",
    ]


def _scores(contents: Contents) -> list[list[str]]:
    """The figures side by side: the team's first where there is one, the model's beside it."""
    head = contents.headline
    model = [
        sentences.headline(head.accuracy, contents.run.version, contents.is_live),
        sentences.mistakes(head.accuracy.num_garments - head.accuracy.num_correct, head.accuracy.num_garments)
        if head.accuracy.num_garments
        else "",
    ]
    team = [
        wording.team_headline(head.spot_checks, head.spot_share),
        wording.about_team(head.spot_checks, head.spot_share),
    ]
    both = [team, model] if team[0] else [[*model, team[1]]]
    return [[line for line in score if line] for score in both]


def _below_scores(contents: Contents) -> list[str]:
    head, told = contents.headline, []
    if head.reviewed is not None and contents.run.num_test:
        is_enough = head.reviewed.is_enough
        told.append(
            sentences.second_score(head.reviewed) if is_enough else sentences.too_few(head.reviewed.num_reviewed)
        )
    if head.merged is not None and contents.run.num_test:
        told.append(wording.merged(head.merged, contents.merges, contents.is_as_sold))
    return told


def _caption(contents: Contents) -> str:
    return (
        "Weakest first. In brackets the 95 % interval, drawn as a dark line; the dashed line is the target of "
        f"{wording.target(contents.target)} of 100."
    )


def _changed(found: Changed) -> list[str]:
    if found.before is None or found.change is None:
        return []
    change, number = found.change, found.before.version
    told = [f"{sentences.fixed_and_broken(change)}. {sentences.is_it_luck(change, number)}"]
    clear = found.classes[found.classes["is_clear"] | found.classes["is_precision_clearly_down"]]
    by_category = [wording.class_change(row) for row in clear.to_dict("records")]
    if not by_category:
        by_category = ["No category changed beyond noise."]
    told += wording.listed(by_category, MOST_CHANGES, lists.CHANGES)
    watched = list(found.watched[:MOST_WATCHED])
    if len(found.watched) > MOST_WATCHED:
        watched.append(f"{len(found.watched) - MOST_WATCHED:,} more watch lists stand on the page Themes.")
    return told + watched


def _foot(contents: Contents) -> list[str]:
    note = [wording.shortened(contents.run.catalogue_note, 200)] if contents.run.catalogue_note else []
    learned = f"label corrections included: {contents.run.num_corrections:,}"
    return [*note, f"Run {contents.run.id}, seed {contents.run.seed}, {learned}. Every list stands as CSV in the ZIP."]
