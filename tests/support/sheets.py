"""What stands in a sheet (`dashboard.parts.sheet`) of a page without a browser, and typing into it."""

import json


def data(at):
    """What the browser would be told of the only sheet on the page."""
    (found,) = (part for part in at.get("bidi_component") if part.proto.component_name == "sheet")
    return json.loads(found.proto.json)


def column(at, title):
    """The texts of a column as they stand in their fields, None where there is no field."""
    told = data(at)
    place = [one["title"] for one in told["columns"]].index(title)
    return [told["cells"].get(f"{row},{place}", texts[place]) for row, texts in enumerate(told["rows"])]


def said(at):
    """What stands beside the button until somebody types."""
    told = data(at)["said"]
    return told["text"] if told else ""


def report(at, edits, **changes):
    """What the browser reports before anything else is done: row -> title of the column -> text."""
    told = data(at)
    places = {one["title"]: place for place, one in enumerate(told["columns"])}
    cells = {f"{row},{places[title]}": text for row, texts in edits.items() for title, text in texts.items()}
    about = {name: told[name] for name in ("base", "settled")}
    typed = about | {"number": told["number"] + 1, "cells": told["cells"] | cells} | changes
    at.session_state[told["key"]] = {"typed": typed}
    return at


def typed(at, edits):
    """The page after somebody typed."""
    return report(at, edits).run()
