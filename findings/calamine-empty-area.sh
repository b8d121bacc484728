#!/usr/bin/env bash
# Where python-calamine begins a sheet whose table does not begin in its first cell.
#
# Version: python-calamine 0.9.1 (PyPI), with openpyxl 3.1.5 to write the sheet, Python 3.11 on Linux, x86-64. Seen on 2026-11-29.
# Expected: the two ways to read a sheet agree: iter_rows gives, one after the other, the rows that to_python gives at once.
# Seen, of a table in C5:D6: to_python leaves the empty rows above and the empty columns beside the table out; iter_rows gives the
# empty rows above, but leaves the empty columns out; to_python(skip_empty_area=False) gives both. The ranges of merged cells are
# counted from the first cell of the sheet, so of iter_rows they fit the rows and not the columns.
# What follows: who looks up merged cells, or tells people a cell by its letter and number, reads with skip_empty_area=False.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 2>/dev/null
cat > read.py <<'PY'
import openpyxl
import python_calamine

book = openpyxl.Workbook()
for cell, value in {"C5": "image", "D5": "category", "C6": "1", "D6": "Dress"}.items():
    book.active[cell] = value
book.active.merge_cells("D6:D7")
book.save("list.xlsx")
sheet = python_calamine.CalamineWorkbook.from_path("list.xlsx").get_sheet_by_index(0)
for name, rows in {
    "iter_rows": list(sheet.iter_rows()),
    "to_python": sheet.to_python(),
    "with empty area": sheet.to_python(skip_empty_area=False),
}.items():
    place = next((row, cells.index("Dress")) for row, cells in enumerate(rows) if "Dress" in cells)
    print(f"{name}: row {place[0]}, column {place[1]}")
print("merged:", sheet.merged_cell_ranges[0][0])
PY
venv/bin/python read.py | tee seen
printf 'iter_rows: row 5, column 1\nto_python: row 1, column 1\nwith empty area: row 5, column 3\nmerged: (5, 3)\n' > expected
diff expected seen && echo "as stated"
