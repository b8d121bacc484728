// A table of fields to type in. They are fields of a page, not a drawing with an editor above it: what stands in them is
// what a person sees, and whatever is clicked next, the browser first says that a field has changed.
// Cells that are painted are in sheet_brush.js, which is read as the end of this file.
// Python is told while somebody types and at the latest when the field is left. It sends a new table when its `base`
// changes (somebody else saved) or `settled` does (what was reported up to number `taken` was saved or thrown away).
// What was reported of an earlier table is not heeded there; it says so by `behind`, and is told anew.

const PAUSE_MILLISECONDS = 500

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".sheet")
  const sheet = (root.sheet ??= { number: data.number, fields: [], data: null, timer: null, reported: data.cells })
  const before = sheet.data
  const isOther = before && (before.base !== data.base || before.settled !== data.settled)
  sheet.data = data
  sheet.report = (cells) => {
    clearTimeout(sheet.timer)
    sheet.reported = cells
    setStateValue("typed", { base: data.base, settled: data.settled, number: sheet.number, cells })
  }
  if (!before || shapeOf(before) !== shapeOf(data)) {
    draw(root, sheet)
    for (const field of sheet.fields) put(field, data.cells[field.name] ?? field.saved)
  } else if (isOther) takeOver(sheet, before.settled !== data.settled)
  const cells = differing(sheet)
  if (data.behind || (isOther && Object.keys(cells).length)) sheet.report(cells)
  if (data.said && data.said.number !== sheet.heard) {
    sheet.heard = data.said.number
    sheet.said = data.said.text
  }
  tell(sheet)
  return () => { if (!root.isConnected) clearTimeout(sheet.timer) }
}

// A new table: what was typed since it was asked for stays, and so does what nobody else has changed meanwhile.
function takeOver(sheet, isSettled) {
  const { rows, taken } = sheet.data
  for (const field of sheet.fields) {
    const saved = rows[field.row][field.column]
    const typed = tidied(field)
    const stays = isSettled ? field.changed > taken : typed !== field.saved && saved === field.saved
    field.saved = saved
    if (!stays) put(field, saved)
  }
  sheet.said = ""
  sheet.reported = {}
}

function shapeOf({ key, columns, rows }) {
  const fixed = rows.map((row) => row.map((text, place) => (columns[place].fixed || text === null ? text : "")))
  return JSON.stringify([key, columns, fixed])
}

function draw(root, sheet) {
  const { columns, rows, label } = sheet.data
  sheet.fields = []
  const table = element("table", { "aria-label": label })
  table.append(element("thead"), element("tbody"))
  const titles = columns.map(({ title }) => element("th", { scope: "col" }, title))
  table.tHead.append(line(titles))
  for (const [row, texts] of rows.entries()) {
    table.tBodies[0].append(line(texts.map((text, column) => cell(sheet, row, column, text))))
  }
  root.classList.toggle("cards", sheet.data.cards)
  const isPainted = sheet.data.brushes.length > 0
  root.classList.toggle("painted", isPainted)
  root.replaceChildren(...(isPainted ? [palette(sheet), table] : [table]))
  root.oninput = (event) => noteChange(event.target.cell, sheet)
  root.onchange = (event) => leave(event.target.cell, sheet)
  root.onfocusin = (event) => { if (event.target.cell) event.target.cell.first = event.target.value }
  root.onkeydown = (event) => { if (event.target.cell) press(event, event.target.cell, sheet) }
  root.onpaste = (event) => { if (event.target.cell) paste(event, event.target.cell, sheet) }
  if (isPainted && !sheet.data.locked) listenToBrush(root, sheet)
  if (sheet.data.locked) for (const field of root.querySelectorAll("input, select, button")) field.disabled = true
}

function cell(sheet, row, column, text) {
  const { title, fixed, options, longest } = sheet.data.columns[column]
  if (fixed && column === 0) return element("th", { scope: "row" }, text)
  const box = element("td", { "data-title": title })
  if (fixed || text === null) {
    box.textContent = text ?? "–"
    return box
  }
  const name = `${title}: ${sheet.data.rows[row][0]}`
  if (options.length && sheet.data.brushes.length) return painted(sheet, row, column, text, box, name)
  const input = element(options.length ? "select" : "input", { "aria-label": name, title: "" })
  for (const option of options) input.append(new Option(option, option))
  if (!options.length) Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false })
  if (longest) input.maxLength = longest
  input.cell = { input, row, column, name: `${row},${column}`, saved: text, changed: 0, first: text }
  sheet.fields.push(input.cell)
  box.append(input)
  return box
}

function noteChange(field, sheet) {
  if (!field) return
  field.changed = ++sheet.number
  sheet.said = ""
  tell(sheet)
  clearTimeout(sheet.timer)
  sheet.timer = setTimeout(() => reportChanges(sheet), PAUSE_MILLISECONDS)
}

function leave(field, sheet) {
  if (!field) return
  put(field, tidied(field))
  reportChanges(sheet)
}

function reportChanges(sheet) {
  clearTimeout(sheet.timer)
  const cells = differing(sheet)
  if (JSON.stringify(cells) !== JSON.stringify(sheet.reported)) sheet.report(cells)
  tell(sheet)
}

function press(event, field, sheet) {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
  if (field.paint) return pressPainted(event, field, sheet)
  const isText = field.input.tagName === "INPUT"
  if (event.key === "Escape" && isText && field.input.value !== field.first) {
    put(field, field.first)
    noteChange(field, sheet)
  } else if (event.key === "Enter" || (isText && ["ArrowDown", "ArrowUp"].includes(event.key))) {
    const step = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey) ? -1 : 1
    const next = sheet.fields.find(({ row, column }) => column === field.column && row === field.row + step)
    if (event.key === "Enter") leave(field, sheet)
    next?.input.focus()
    if (next && isText) next.input.select()
  } else return
  event.preventDefault()
}

// Cells copied from a spreadsheet fall into the fields to the right and below.
function paste(event, field, sheet) {
  const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n").replace(/\n$/, "")
  if (!/[\t\n]/.test(text)) return
  event.preventDefault()
  for (const [down, texts] of text.split("\n").entries()) {
    for (const [right, copied] of texts.split("\t").entries()) {
      const place = `${field.row + down},${field.column + right}`
      const target = sheet.fields.find(({ name }) => name === place)
      if (!target) continue
      const { options } = sheet.data.columns[target.column]
      if (options.length && !options.includes(copied.trim())) continue
      put(target, copied)
      put(target, tidied(target))
      target.changed = ++sheet.number
    }
  }
  sheet.said = ""
  reportChanges(sheet)
}

function differing(sheet) {
  const changed = sheet.fields.filter((field) => tidied(field) !== field.saved)
  return Object.fromEntries(changed.map((field) => [field.name, tidied(field)]))
}

// What is not saved yet stands beside the button that saves; sheet_status.js listens.
function tell(sheet) {
  const { key, words } = sheet.data
  let num = 0
  for (const field of sheet.fields) {
    const isChanged = tidied(field) !== field.saved
    field.input.classList.toggle("changed", isChanged)
    num += isChanged
  }
  const text = num ? (num === 1 ? words.one : words.many.replace("{}", num.toLocaleString("en"))) : sheet.said ?? ""
  window.sheetStatus ??= new Map()
  window.sheetStatus.set(key, { text, isSaved: num === 0 })
  document.dispatchEvent(new CustomEvent("sheet-status", { detail: key }))
}

function tidied({ input, saved }) {
  const text = input.value
  const isAsSaved = text === saved.replace(/[\r\n]/g, "") // a field holds one line
  return isAsSaved ? saved : text.split(/\s+/).filter(Boolean).join(" ")
}

function put(field, text) {
  if (field.input.value !== text) field.input.value = text
  field.paint?.()
}

function line(cells) {
  const found = document.createElement("tr")
  found.append(...cells)
  return found
}

// Every text is set as textContent: names are anybody's text.
function element(tag, attributes = {}, text = null) {
  const found = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value) found.setAttribute(name, value)
  if (text !== null) found.textContent = text
  return found
}
