"""A store in which a Monday pack has as much to say as there can be, with names as long as they may be."""

import dataclasses
import uuid
from datetime import datetime

from core.quality import acceptance, review
from core.retail import naming
from core.store import Store
from core.store.batches import releases, spot_checks
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.runs.runs import Run
from core.store.team import costs, names, team
from core.store.verdicts import verdict_tables, verdicts, watch_lists
from core.store.verdicts.verdict_lines import Subject
from core.tagging import products
from tests.support import batch_world, worlds

LONG = "W" * 30 + " ウルトラ長い分類名 " + "ﷺ" * 20


def two_versions(store: Store, class_names: tuple[str, ...], *, num_test: int = 0) -> Run:
    """The second of two versions with these categories; version 1 is live."""
    num = num_test or 12 * len(class_names)
    found = worlds.catalogue(num_train=max(80, 2 * len(class_names)), num_test=num, class_names=class_names)
    worlds.publish(store, found, seed=1, skill=0.35)
    return worlds.publish(store, found, seed=2, skill=0.7)


def say(store: Store, run: Run, position: int, kind: str, category: str | None = None, *, who: str = "Ada") -> None:
    """What a person says of one test garment."""
    keys, row = file_reader.load_keys(store, run, "test"), file_reader.load_predictions(store, run).iloc[position]
    seen = verdict_tables.views(store, [keys[position]], who=who)[0].seen
    subject = Subject(
        garment=keys[position], label=run.class_names[int(row["true_class"])], split="test", position=position,
        seen=seen, predicted=run.class_names[int(row["predicted_class"])],
    )  # fmt: skip
    verdicts.save(store, [subject], run_id=run.id, kind=kind, category=category, who=who, request_id=uuid.uuid4().hex)


def merge(store: Store, run: Run, name: str, *class_names: str) -> None:
    """These categories become one of that name."""
    before = names.current(store, run.class_names)
    entries = [dataclasses.replace(each, name=name) if each.class_name in class_names else each
               for each in before.entries]  # fmt: skip
    if len({each.department for each in entries if each.name == name}) > 1:
        entries = [dataclasses.replace(each, department="") if each.name == name else each for each in entries]
    names.save(store, naming.checked(entries, run.class_names), who="Grace", merges=[name])


def checked_products(store: Store, run: Run, *, num: int, num_wrong: int) -> None:
    """A delivery that left by the line, and the answers to spot checks of it: so many of `num` say another category."""
    batch_world.tagged(store, run, [0.99] * (num + 5))
    batch_world.confirm(store, run)
    releases.release(store, 1, reason="twenty of it were right", num_checked=20, num_right=20, who="Ada")
    drawn = spot_checks.draw(store, products.all_tables(store), week=week(), num=num, who="Ada")
    assert len(drawn) == num
    for number, check in enumerate(drawn):
        other = next(name for name in run.class_names if name != check.tag)
        said = other if number < num_wrong else check.tag
        spot_checks.answer(store, check.number, said, class_names=run.class_names, who="Grace")


def week() -> str:
    """This week, as spot checks name it."""
    return acceptance.week_of(datetime.now().astimezone())


def crowded(store: Store, num_classes: int) -> Run:
    """Version 2 of so many categories with long names, about which everything was said, decided and left open."""
    class_names = tuple(f"{number} {LONG}"[:79] for number in range(num_classes))
    run = two_versions(store, class_names)
    who = LONG[:60]
    promotions.promote(store, "2", reason=LONG * 3, who=who, override=True)
    checked_products(store, run, num=25, num_wrong=3)
    batch_world.tagged(store, run, [0.3] * 30)
    table = file_reader.load_predictions(store, run)
    pairs = {(int(a), int(b)) for a, b in zip(table["true_class"], table["predicted_class"], strict=True) if a != b}
    for first, second in sorted(pairs)[:200]:
        team.write_pair_rule(store, class_names[first], class_names[second], LONG * 20, who=who)
    for number in range(6):
        keys = file_reader.load_keys(store, run, "test")
        watch_lists.save(store, f"{number:012x}", name=f"{number} {LONG}"[:60], garments=[keys[number]],
                         about="wrong", version=2, who=who)  # fmt: skip
        team.choose_target(store, 0.9 + number / 100, who=who)
    other = class_names[(int(table["true_class"][3]) + 1) % num_classes]
    say(store, run, 3, review.CANNOT_TELL, who=who)
    for person in ("Grace", "Linus", "Barbara"):
        say(store, run, 3, review.LABEL_WRONG, other, who=person)
    held = costs.current(store, names.current(store, class_names))
    levels = held.levels.copy()
    levels[:, 0] = 2
    costs.save(store, names.current(store, class_names), levels, who=who, expected=held.number)
    merge(store, run, LONG[:60], *class_names[:2])
    worlds.publish(store, worlds.catalogue(num_train=max(80, 2 * num_classes), num_test=12 * num_classes,
                                           class_names=class_names), seed=3)  # fmt: skip
    return runs.find(store, "2")
