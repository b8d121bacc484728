// Cells that are painted: one of few options is the brush, a click or a stroke puts it into cells. By key, arrows move and
// the number of an option puts it in. A cell is a button whose value is the option; its sign and its words say which.

function palette(sheet) {
  sheet.brush ??= sheet.data.brushes.length - 1
  const bar = element("div", { class: "brushes", role: "radiogroup", "aria-label": "Brush" })
  const show = () => {
    for (const [number, button] of [...bar.children].entries()) {
      button.setAttribute("aria-checked", String(number === sheet.brush))
      button.tabIndex = number === sheet.brush ? 0 : -1
    }
  }
  sheet.choose = (number) => {
    sheet.brush = number
    show()
  }
  for (const [number, { text, sign }] of sheet.data.brushes.entries()) {
    const button = element("button", { type: "button", role: "radio", "data-level": String(number), class: "brush" })
    button.append(element("span", { class: "sign", "aria-hidden": "true" }, sign), element("span", {}, text))
    button.append(element("kbd", { "aria-hidden": "true" }, String(number + 1)))
    button.onclick = () => sheet.choose(number)
    bar.append(button)
  }
  bar.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const num = sheet.data.brushes.length
    sheet.choose((sheet.brush + step + num) % num)
    bar.children[sheet.brush].focus()
  }
  show()
  return bar
}

function painted(sheet, row, column, text, box, name) {
  const input = element("button", { type: "button", class: "cell" })
  input.value = text
  const field = { input, row, column, name: `${row},${column}`, saved: text, changed: 0, first: text }
  field.paint = () => {
    const level = sheet.data.brushes.findIndex((one) => one.text === input.value)
    input.dataset.level = String(level)
    input.textContent = sheet.data.brushes[level]?.sign ?? ""
    input.setAttribute("aria-label", `${name}, ${input.value}`)
    input.title = `${name}, ${input.value}`
  }
  field.paint()
  input.tabIndex = sheet.fields.length ? -1 : 0
  input.cell = field
  sheet.fields.push(field)
  box.append(input)
  return box
}

function listenToBrush(root, sheet) {
  const paintAt = (event) => {
    const under = root.getRootNode().elementFromPoint(event.clientX, event.clientY)?.closest?.("button.cell")
    if (under) change(under.cell, sheet.brush, sheet)
  }
  root.onpointerdown = (event) => {
    if (!event.target.cell || event.button !== 0) return
    event.target.releasePointerCapture?.(event.pointerId) // a finger would hold the cell that it began in
    sheet.strokes = true
    goTo(event.target.cell, sheet)
    paintAt(event)
  }
  root.onpointermove = (event) => {
    if (!sheet.strokes) return
    if (event.buttons & 1) paintAt(event)
    else end()
  }
  const end = () => {
    if (sheet.strokes) reportChanges(sheet)
    sheet.strokes = false
  }
  root.onpointerup = end
  root.onpointerleave = end
  root.onpointercancel = end
  // What a screen reader or Enter does is a click without a pointer.
  root.onclick = (event) => {
    if (!event.target.cell || event.detail !== 0) return
    change(event.target.cell, sheet.brush, sheet)
    reportChanges(sheet)
  }
}

function change(field, level, sheet) {
  const { text } = sheet.data.brushes[level]
  if (field.input.value === text) return
  put(field, text)
  noteChange(field, sheet)
}

function goTo(field, sheet) {
  for (const one of sheet.fields) one.input.tabIndex = one === field ? 0 : -1
  field.input.focus({ preventScroll: true })
}

function pressPainted(event, field, sheet) {
  const level = Number(event.key) - 1
  if (sheet.data.brushes[level]) {
    event.preventDefault()
    sheet.choose(level)
    change(field, level, sheet)
    return reportChanges(sheet)
  }
  const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? []
  if (down === undefined) return
  event.preventDefault()
  // The diagonal has no cell: it is stepped over.
  for (let steps = 1; steps <= 2; steps++) {
    const place = `${field.row + steps * down},${field.column + steps * right}`
    const next = sheet.fields.find(({ name }) => name === place)
    if (next) {
      goTo(next, sheet)
      next.input.scrollIntoView({ block: "nearest", inline: "nearest" })
      return
    }
  }
}
