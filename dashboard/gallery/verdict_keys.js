// What is said by key, such as who is wrong; Z takes the last one back. Which key says what is told in data.keys. What was
// said is shown at once and reported, with all that was not yet taken in, until Python names its id: an answer that is
// lost loses nothing.

function verdictKeys({ component, known, buttons, bar, pick }) {
  const { data, setStateValue } = component
  const keys = data.keys
  const garmentOf = (button) => Number(button.dataset.garment)
  const tileOf = new Map(data.tiles.map((tile) => [tile.garment, tile]))
  const choice = bar.querySelector(".choice")
  const select = choice.querySelector("select")

  const showMarks = () => {
    const told = window.garmentMarks?.get(data.key) ?? { marks: {}, handled: [] }
    known.pending = known.pending.filter((said) => !told.handled.includes(said.id))
    for (const button of buttons) {
      const said = known.pending.findLast((one) => one.garments.includes(garmentOf(button)))
      const mark = said ? provisional(said, data) : told.marks[button.dataset.garment]
      showMark(button, mark, tileOf.get(garmentOf(button)))
    }
  }
  const send = (kind, garments, category) => {
    known.pending.push({ id: newId(), kind, garments, category: category ?? null })
    setStateValue("said", [...known.pending])
    showMarks()
  }
  const say = (kind, garments, position, category) => {
    send(kind, garments, category)
    known.given.push(position)
    if (known.selecting || position + 1 >= buttons.length) return
    buttons[position + 1].focus()
    if (data.opens) pick(buttons[position + 1])
  }
  const choose = (garments, position) => {
    const guess = tileOf.get(garments[0])?.guess
    const label = garments.length === 1 ? tileOf.get(garments[0])?.actual : null
    const names = [guess, ...data.classes.filter((name) => name !== guess)].filter((name) => name && name !== label)
    select.replaceChildren(...names.map((name) => new Option(shownName(name, data), name)))
    choice.hidden = false
    select.focus()
    const close = () => {
      choice.hidden = true
      buttons[position].focus()
    }
    const give = () => {
      close()
      say(keys.chosen, garments, position, select.value)
    }
    choice.querySelector(".give").textContent = keys.give
    choice.querySelector(".give").onclick = give
    choice.querySelector(".leave").onclick = close
    choice.onkeydown = (event) => {
      if (event.key === "Escape") close()
      else if (event.key === "Enter" && event.target === select) give()
      else return
      event.preventDefault()
      event.stopPropagation()
    }
  }
  const undo = (position) => {
    send("undo", [])
    const last = known.given.pop()
    if (last !== undefined && buttons[last]) {
      buttons[last].focus()
      if (data.opens && last !== position) pick(buttons[last])
    }
  }
  const onKey = (event, position) => {
    if (event.altKey || event.metaKey || event.repeat || event.isComposing) return false
    const kind = event.ctrlKey ? undefined : keys.kinds[event.key] ?? keys.kinds[digitOf(event)]
    if (event.key.toLowerCase() === "z") undo(position)
    else if (kind) {
      const isMany = known.selecting && known.selected.size > 0
      const garments = isMany ? [...known.selected] : [garmentOf(buttons[position])]
      const differs = garments.some((garment) => !tileOf.has(garment) || isMistake(tileOf.get(garment)))
      if (kind === "choose" || (kind === "label-wrong" && !differs)) choose(garments, position)
      else if (kind === "model-wrong" && !differs) refuse(bar, "Here the model says what the label says.")
      else if (kind === "accepted" && garments.some((garment) => !tileOf.get(garment)?.actual)) {
        refuse(bar, "There is no tag to accept here. Choose a category, or reject.")
      } else say(kind, garments, position)
    } else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  const listen = (event) => { if (event.detail === data.key) showMarks() }
  known.end?.()
  document.addEventListener("garment-marks", listen)
  known.end = () => document.removeEventListener("garment-marks", listen)
  choice.hidden = true
  return { onKey, showMarks, end: known.end }
}

// The digit that stands on the key itself: on AZERTY and Czech keyboards it is written only with Shift, which then is
// the event's own key. Named keys are none, for the keys of the numeric pad move where its digits are switched off.
function digitOf(event) {
  const isWritten = event.key.length === 1 || ["Dead", "Unidentified"].includes(event.key)
  if (!isWritten || event.shiftKey || event.getModifierState("AltGraph")) return undefined
  return /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1]
}

function isMistake(tile) {
  return tile.guess !== tile.actual
}

// What the team calls a category: reported is always the model's name.
function shownName(name, data) {
  return data.names?.[data.classes.indexOf(name)] ?? name
}

function refuse(bar, why) {
  bar.querySelector(".count").textContent = why
}

function showHints(hints, keys) {
  const spans = keys.hints.map(([key, text]) => {
    const span = document.createElement("span")
    const name = document.createElement("kbd")
    name.textContent = key
    span.append(name, ` ${text}`)
    return span
  })
  hints.replaceChildren(...spans)
}

function provisional(said, data) {
  const [sign, text] = data.keys.shown[said.kind] ?? ["", ""]
  return { sign, text: said.category ? `${text}: ${shownName(said.category, data)}` : text, kind: said.kind }
}

function showMark(button, mark, tile) {
  const badge = button.querySelector(".verdict")
  if (!badge || !tile) return
  badge.textContent = mark ? `${mark.sign} ${mark.text}` : ""
  badge.dataset.kind = mark?.kind ?? ""
  button.setAttribute("aria-label", mark ? `${tile.sentence} ${mark.text}.` : tile.sentence)
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
