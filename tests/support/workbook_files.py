"""Workbooks as a spreadsheet writes the least of one."""

import io
import zipfile
from xml.sax.saxutils import escape


def write(path, rows, *, hidden=None, merged=()):
    """A spreadsheet as Excel writes the least of one: numbers as numbers, texts in place.

    `hidden` are the rows of a hidden sheet before it, `merged` ranges such as B2:B4.
    """
    before = [] if hidden is None else [("H", 2, ' state="hidden"', _cells(hidden), "")]
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    ranges = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    _write_book(path, [*before, ("S", 1, "", _cells(rows), ranges)])


def as_bytes(rows):
    """The content of such a file."""
    out = io.BytesIO()
    write(out, rows)
    return out.getvalue()


def _cells(rows):
    return "".join(
        "<row>" + "".join(
            f"<c><v>{cell}</v></c>" if isinstance(cell, (int, float))
            else f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for cell in row
        ) + "</row>"
        for row in rows
    )  # fmt: skip


def _write_book(path, sheets_of_it):
    kinds = "http://schemas.openxmlformats.org/"
    named = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"{state}/>' for name, number, state, *_ in sheets_of_it
    )
    links = "".join(
        f'<Relationship Id="r{number}" Target="worksheets/sheet{number}.xml" '
        f'Type="{kinds}officeDocument/2006/relationships/worksheet"/>'
        for _, number, *_ in sheets_of_it
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", f'<Types xmlns="{kinds}package/2006/content-types"/>')
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kinds}package/2006/relationships"><Relationship Id="r1" Target="xl/workbook.xml" '
            f'Type="{kinds}officeDocument/2006/relationships/officeDocument"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{kinds}spreadsheetml/2006/main" xmlns:r="{kinds}officeDocument/2006/relationships">'
            f"<sheets>{named}</sheets></workbook>",
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{kinds}package/2006/relationships">{links}</Relationships>',
        )
        for _, number, _, cells, ranges in sheets_of_it:
            file.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{kinds}spreadsheetml/2006/main"><sheetData>{cells}</sheetData>{ranges}</worksheet>',
            )
