#!/usr/bin/env bash
# Short lists of two columns between semicolons, read by Papa Parse with the separator left to it.
#
# Version: papaparse 5.5.3 (npm), with Node.js 20. Seen on 2026-11-29.
# Expected: the semicolon that stands once in every line is found, whatever the length of the list.
# Seen: a list of two columns that ends with a line end, as spreadsheets write it, is read as ONE column where it has at
# most nine lines: the empty rest after the last line end is averaged with the columns. Without that line end, from ten
# lines on, or with three columns it is read right. Skipping empty lines reads all of them right.
# What follows: a category list of a small shop is just that long; our reader counts the separator in the lines that are.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund papaparse@5.5.3 >/dev/null
cat > read.mjs <<'JS'
import Papa from "papaparse";
const columns = (text, options) => Papa.parse(text, options).data[0].length;
const list = (lines, row, end) => Array.from({ length: lines }, (_, line) => row.replace("#", line)).join("\r\n") + end;
for (const lines of [2, 9, 10]) {
  const two = list(lines, "Shirt #;shirt", "\r\n");
  console.log(lines, columns(two), columns(list(lines, "Shirt #;shirt", "")), columns(list(lines, "a#;b;c", "\r\n")),
    columns(two, { skipEmptyLines: true }));
}
JS
node read.mjs | tee seen
cat > expected <<'TXT'
2 1 2 3 2
9 1 2 3 2
10 2 2 3 2
TXT
diff expected seen && echo "as stated"
