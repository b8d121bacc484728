"""The tables of the database. Changing one takes a migration and a new `REVISION`; a test compares the two."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

REVISION = "0012"
"""Newest migration; checked at every start without importing Alembic."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant with its time zone; SQLite forgets zones, so it is kept as UTC and given its zone back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC; a naive one is a mistake of ours."""
        assert value is None or value.tzinfo is not None
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant, aware."""
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

identity = sa.Table("identity", metadata, sa.Column("id", sa.String(32), primary_key=True))
"""One row: the number of this database, see core.store.base.identity."""

catalogues = sa.Table(
    "catalogues",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True, comment="of all three splits"),
    sa.Column("name", sa.String(100), nullable=False, comment="key in CATALOGUES"),
    sa.Column("class_names", sa.JSON, nullable=False),
    sa.Column("artefact", sa.String(64), nullable=False, comment="folder with the pictures and labels"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, unique=True, comment="1, 2, 3, ... as people say it"),
    sa.Column("identity", sa.String(64), nullable=False, index=True, comment="recipe, data, seed and code version"),
    sa.Column("recipe_name", sa.String(100), nullable=False),
    sa.Column("recipe", sa.JSON, nullable=False),
    sa.Column("catalogue_fingerprint", sa.ForeignKey(catalogues.c.fingerprint), nullable=False),
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("code_version", sa.String(64), nullable=False),
    sa.Column("artefact", sa.String(64), nullable=False, comment="folder with weights, predictions, history, ..."),
    sa.Column("num_train", sa.Integer, nullable=False),
    sa.Column("num_validation", sa.Integer, nullable=False),
    sa.Column("num_test", sa.Integer, nullable=False),
    sa.Column("num_correct", sa.Integer, nullable=False),
    sa.Column("accuracy", sa.Float, nullable=False),
    sa.Column("temperature", sa.Float, comment="NULL: not calibrated"),
    sa.Column("train_seconds", sa.Float, nullable=False),
    sa.Column("total_seconds", sa.Float, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("num_corrections", sa.Integer, nullable=False, server_default="0", comment="labels people corrected"),
    sa.Column("num_left_out", sa.Integer, nullable=False, server_default="0", comment="nobody can tell: not learned"),
    sa.Column("corrected_by", sa.JSON, nullable=False, server_default="[]", comment="who said so"),
    sa.Column("corrections_digest", sa.String(64), nullable=False, server_default="", comment="empty: none"),
    # NaN fails this comparison in every database, so no run without finite figures gets in, by whichever door.
    sa.CheckConstraint("accuracy >= 0 AND accuracy <= 1", name="accuracy_is_share"),
    sa.CheckConstraint("num_correct >= 0 AND num_correct <= num_test", name="counts_agree"),
)

promotions = sa.Table(
    "promotions",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without gaps"),
    sa.Column("run_id", sa.ForeignKey(runs.c.id), nullable=False),
    sa.Column("previous_run_id", sa.ForeignKey(runs.c.id)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("promoted_at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False, server_default="promotion", comment="promotion or roll back"),
    sa.Column("overridden", sa.JSON, nullable=False, server_default="{}", comment="failing rail -> its sentence"),
)

deletions = sa.Table(
    "deletions",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False, comment="never given to another run"),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("artefact", sa.String(64), nullable=False, comment="folder that went to the trash"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("deleted_at", UtcDateTime, nullable=False),
)

log = sa.Table(
    "log",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without gaps"),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("action", sa.String(40), nullable=False, comment="publish, promote, roll-back, delete, ..."),
    sa.Column("subject", sa.Text, nullable=False, comment="what it was done to, such as version 3"),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Column("note", sa.Text, nullable=False, comment="the reason, where one was given"),
    sa.Column("known_by", sa.String(200), comment="how the name was known; None in lines of before"),
)

team_choices = sa.Table(
    "team_choices",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True, comment="the last one of a name holds"),
    sa.Column("name", sa.String(100), nullable=False, index=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("chosen_at", UtcDateTime, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True, comment="order of submission"),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    sa.Column("slot", sa.Integer, unique=True, comment="as in core.jobs.lanes; NULL: ended, or one of many that wait"),
    sa.Column("recipe", sa.String(100), nullable=False, comment="empty: a tagging"),
    sa.Column("catalogue", sa.String(100), comment="NULL: the default, or the sample where it cannot be had"),
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("epochs", sa.Integer, comment="NULL: the recipe's"),
    sa.Column("again", sa.Boolean, nullable=False, comment="train even where the same run exists"),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(200), nullable=False),
    sa.Column("fraction", sa.Float, nullable=False),
    sa.Column("seconds_left", sa.Float),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("cancel_requested", sa.Boolean, nullable=False),
    sa.Column("started_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("heartbeat_at", UtcDateTime, nullable=False),
    sa.Column("run_id", sa.ForeignKey(runs.c.id)),
    sa.Column("kind", sa.String(20), nullable=False, server_default="training", comment="as in core.jobs.lanes"),
    sa.Column("batch_number", sa.ForeignKey("batches.number"), comment="what a tagging tags; NULL: no tagging"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0", comment="workers begun since it got further"),
    sa.Column("host", sa.String(200), comment="computer that does it, for people; NULL: of before there were several"),
    sa.Column("place", sa.String(32), comment="computer and home that do it, as core.store.base.identity"),
    sa.Column("owner", sa.String(32), comment="the worker; whoever is no longer the owner changes nothing"),
    sa.Column("lease_until", UtcDateTime, comment="by the clock of the database; later it may be taken for dead"),
    sa.Column("clock", sa.String(100), comment="of the last sign of life, as core.jobs.clocks"),
    sa.Index(None, "batch_number", unique=True),
)
"""Every piece of work in the background; a batch has exactly one, which tags it."""

suspect_lists = sa.Table(
    "suspect_lists",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ...; the last one holds"),
    sa.Column("identity", sa.String(64), nullable=False, comment="recipe, garments, seed and code version"),
    sa.Column("catalogue_fingerprint", sa.ForeignKey(catalogues.c.fingerprint), nullable=False, index=True),
    sa.Column("recipe", sa.JSON, nullable=False),
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("code_version", sa.String(64), nullable=False),
    sa.Column("artefact", sa.String(64), nullable=False, comment="folder with the list"),
    sa.Column("num_garments", sa.Integer, nullable=False, comment="training garments that were judged"),
    sa.Column("num_suspects", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
)

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without gaps"),
    sa.Column("request_id", sa.String(64), nullable=False, comment="of what was said at once"),
    sa.Column("place", sa.Integer, nullable=False, comment="0, 1, 2, ... within its request"),
    sa.Column("garment", sa.String(64), nullable=False, comment="of picture and label, as core.catalogue.identity"),
    sa.Column("label", sa.Text, nullable=False, comment="class name it carries in the catalogue"),
    sa.Column("split", sa.String(20), nullable=False, comment="where it was when it was said"),
    sa.Column("position", sa.Integer, nullable=False, comment="in that split"),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("category", sa.Text, comment="class name the person chose; only where the label is wrong"),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("entered_by", sa.String(200), nullable=False, comment="another person only where it was imported"),
    sa.Column("said_at", UtcDateTime, nullable=False),
    sa.Column("run_id", sa.ForeignKey(runs.c.id), nullable=False, comment="the version that was on screen"),
    sa.Column("predicted", sa.Text, comment="class name that version said; NULL: it did not judge this garment"),
    sa.Column("confidence", sa.Float, comment="how sure it was"),
    sa.Column("seen", sa.Integer, nullable=False, comment="last line of the garment before this one; 0: none"),
    sa.UniqueConstraint("request_id", "place"),
    sa.CheckConstraint("kind IN ('model-wrong', 'label-wrong', 'cannot-tell', 'withdrawn')", name="kind_is_known"),
    sa.CheckConstraint("split IN ('train', 'validation', 'test')", name="split_is_known"),
    sa.CheckConstraint(
        "(kind = 'label-wrong') = (category IS NOT NULL) AND (category IS NULL OR category <> label)",
        name="category_fits",
    ),
    sa.CheckConstraint("confidence IS NULL OR (confidence >= 0 AND confidence <= 1)", name="confidence_is_share"),
    sa.CheckConstraint("seen < number", name="seen_is_earlier"),
    # Holds all that the state of a garment needs, so that a whole version's is read without touching the table.
    sa.Index(None, "garment", "who", "number", "kind", "category", "split"),
)
"""The last line of each person on a garment is what that person says of it today."""

automation_lines = sa.Table(
    "automation_lines",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="the last one of a version holds"),
    sa.Column("request_id", sa.String(64), nullable=False, unique=True),
    sa.Column("run_id", sa.ForeignKey(runs.c.id), nullable=False, index=True),
    sa.Column("lines", sa.JSON, nullable=False, comment="one a class, in class order, 0-1; null trusts none"),
    sa.Column("max_wrong_in_100", sa.Float, comment="the promise it was suggested for; NULL: chosen by hand"),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("confirmed_at", UtcDateTime, nullable=False),
    sa.Column("by_hand", sa.JSON(none_as_null=True), comment="classes whose line a person set; NULL: an earlier line"),
    sa.Column("mix", sa.JSON(none_as_null=True), comment="products by class, any unit; NULL: as the garments are"),
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without gaps"),
    sa.Column("id", sa.String(32), nullable=False, unique=True, comment="its folder in batches/ of the home"),
    sa.Column("request_id", sa.String(64), nullable=False, unique=True),
    sa.Column("run_id", sa.ForeignKey(runs.c.id), nullable=False, comment="the version that tags it"),
    sa.Column("num_photos", sa.Integer, nullable=False),
    sa.Column("suggested", sa.JSON, nullable=False, comment="lines suggested for the version then; as in its lines"),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

batch_photos = sa.Table(
    "batch_photos",
    metadata,
    sa.Column("batch_number", sa.ForeignKey(batches.c.number), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False, comment="0, 1, 2, ... in its batch"),
    sa.Column("name", sa.Text, nullable=False, comment="of the file, as it was dropped"),
    sa.Column("sku", sa.Text, nullable=False, comment="of the list that came with it; may be empty"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, comment="of the file"),
    sa.Column("refused", sa.Text, nullable=False, comment="why it is not even tried; empty: it is"),
)

batch_tags = sa.Table(
    "batch_tags",
    metadata,
    sa.Column("batch_number", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False, comment="of a photo; each is tagged once"),
    sa.Column("guesses", sa.JSON, nullable=False, comment="[class name, calibrated probability], the surest first"),
    sa.Column("findings", sa.JSON, nullable=False, comment="in words; of an unreadable file why it was refused"),
    sa.Column("needs_look", sa.Boolean, nullable=False, comment="a finding asks for a person"),
    sa.Column("is_unlike", sa.Boolean, nullable=False, comment="unlike anything learned"),
    sa.Column("strangeness", sa.Float, comment="as core.quality.unlike; NULL: not measured"),
    sa.Column("picture", sa.LargeBinary, comment="what the model sees, row by row; NULL: unreadable"),
    sa.Column("height", sa.Integer, nullable=False, comment="of that picture; 0: unreadable"),
    sa.Column("tagged_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(["batch_number", "position"], ["batch_photos.batch_number", "batch_photos.position"]),
)

tag_decisions = sa.Table(
    "tag_decisions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without gaps"),
    sa.Column("request_id", sa.String(64), nullable=False, comment="of what was decided at once"),
    sa.Column("place", sa.Integer, nullable=False, comment="0, 1, 2, ... within its request"),
    sa.Column("batch_number", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("category", sa.Text, comment="class name it has since; NULL where rejected or withdrawn"),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("entered_by", sa.String(200), nullable=False, comment="another person only where an undo did it"),
    sa.Column("decided_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("request_id", "place"),
    sa.ForeignKeyConstraint(["batch_number", "position"], ["batch_photos.batch_number", "batch_photos.position"]),
    sa.CheckConstraint("kind IN ('accepted', 'changed', 'rejected', 'withdrawn')", name="kind_is_known"),
    sa.CheckConstraint("(kind IN ('accepted', 'changed')) = (category IS NOT NULL)", name="category_fits"),
    sa.Index(None, "batch_number", "position", "number"),
)

spot_checks = sa.Table(
    "spot_checks",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... over all weeks"),
    sa.Column("week", sa.String(10), nullable=False, comment="for which it was drawn, such as 2026-W48"),
    sa.Column("batch_number", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("tag", sa.Text, nullable=False, comment="class name that it left with"),
    sa.Column("drawn_by", sa.String(200), nullable=False),
    sa.Column("drawn_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("batch_number", "position"),
    sa.ForeignKeyConstraint(["batch_number", "position"], ["batch_photos.batch_number", "batch_photos.position"]),
)

spot_answers = sa.Table(
    "spot_answers",
    metadata,
    sa.Column("number", sa.ForeignKey(spot_checks.c.number), primary_key=True, autoincrement=False),
    sa.Column("category", sa.Text, comment="class name that a person chose; NULL: none of the categories"),
    sa.Column("answered_by", sa.String(200), nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False),
)

batch_releases = sa.Table(
    "batch_releases",
    metadata,
    sa.Column("batch_number", sa.ForeignKey(batches.c.number), primary_key=True, autoincrement=False),
    sa.Column("who", sa.String(200), nullable=False, comment="who stands by it"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("num_checked", sa.Integer, nullable=False, comment="drawn at random among what was held back"),
    sa.Column("num_right", sa.Integer, nullable=False, comment="of those, with the right tag"),
    sa.Column("released_at", UtcDateTime, nullable=False),
)

folder_files = sa.Table(
    "folder_files",
    metadata,
    sa.Column("batch_number", sa.ForeignKey(batches.c.number), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False, comment="0, 1, 2, ... in its batch"),
    sa.Column("folder", sa.Text, nullable=False, comment="that a scheduler watches"),
    sa.Column("name", sa.Text, nullable=False, comment="in the folder; of a ZIP itself, and of each file in it"),
    sa.Column("sku", sa.Text, nullable=False, comment="of the list that came with it; may be empty"),
    sa.Column("sha256", sa.String(64), nullable=False, index=True, comment="of the content, refused or not"),
)
"""Every file that was taken from a folder: written with its batch, so that its content is never taken again."""

folder_lists = sa.Table(
    "folder_lists",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without gaps"),
    sa.Column("batch_number", sa.ForeignKey(batches.c.number), nullable=False, index=True),
    sa.Column("layout", sa.String(20), nullable=False, comment="of core.tagging.shop_export; empty: the list of tags"),
    sa.Column("path", sa.Text, nullable=False, comment="where it stands, or stood until somebody took it"),
    sa.Column("positions", sa.JSON, nullable=False, comment="of the products that left with it; empty for a list"),
    sa.Column("seen", sa.String(64), nullable=False, comment="what people had decided then, see core.tagging"),
    sa.Column("written_at", UtcDateTime, nullable=False),
)
"""Every file that was written for a batch of a folder: noted when it is whole beside its place, before it is there."""
