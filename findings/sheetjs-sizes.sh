#!/usr/bin/env bash
# Sizes and SKUs in quoted text cells of a CSV, read by SheetJS and written back as CSV.
#
# Version: xlsx 0.18.5 (npm), with Node.js 20. Seen on 2026-11-29.
# Expected: a cell in quotes is text and comes back as it was.
# Seen: quotes do not make a cell text. The size "3-4" of children's clothes comes back as the day "3/4/01", "1/2" as
# "1/2/01"; "1,5" (one and a half, as Germans write it) is kept as the number 15, "(5)" as -5, the SKU "00123" as 123 and
# "12E4" as 120000, though the last four still look right when written back. "5 - 6", "MAR-10" and "4T" stay text.
# What follows: a shop list that went through a web tool built on it may have other sizes; read with `raw: true` it has not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund xlsx@0.18.5 >/dev/null
cat > read.mjs <<'JS'
import XLSX from "xlsx";
const cells = ["3-4", "1/2", "1,5", "(5)", "00123", "12E4", "5 - 6", "MAR-10", "4T"];
const csv = "size\r\n" + cells.map((cell) => `"${cell}"`).join("\r\n") + "\r\n";
for (const raw of [false, true]) {
  const sheet = XLSX.read(csv, { type: "string", raw }).Sheets.Sheet1;
  const back = XLSX.utils.sheet_to_csv(sheet).split("\n").slice(1);
  const kept = cells.map((cell, row) => sheet[`A${row + 2}`]).map(({ t, v }) => (t === "n" && v > 30000 && v < 40000 ? "day" : v));
  console.log(raw, kept.join("|"), back.slice(0, 2).join("|"));
}
JS
node read.mjs | tee seen
cat > expected <<'TXT'
false day|day|15|-5|123|120000|5 - 6|MAR-10|4T 3/4/01|1/2/01
true 3-4|1/2|1,5|(5)|00123|12E4|5 - 6|MAR-10|4T 3-4|1/2
TXT
diff expected seen && echo "as stated"
