// What is said of the tile at which somebody is, by key or by the buttons of the list, the first of which is key 1.
// Then the next garment is opened. What was said is shown at once and reported, with all that was not yet taken in, until
// Python names its id: an answer that is lost loses nothing.

function verdictKeys({ component, known, buttons, root, list, go, pick }) {
  const { data, setStateValue, setTriggerValue } = component
  const refused = data.refused // why whoever is at the screen may say nothing; it stands beside the buttons all the time
  const keys = data.keys
  const tileOf = new Map(data.tiles.map((tile) => [tile.garment, tile]))
  const garmentOf = (button) => Number(button.dataset.garment)
  const answer = root.querySelector(".answer")
  const who = root.querySelector(".who")
  const tell = (text) => { answer.textContent = [text, refused].filter(Boolean).join(" ") }

  const showMarks = () => {
    const told = window.garmentMarks?.get(data.key) ?? { marks: {}, handled: [] }
    known.pending = known.pending.filter((said) => !told.handled.includes(said.id))
    for (const button of buttons) {
      const said = known.pending.findLast((one) => one.garments.includes(garmentOf(button)))
      const mark = said ? provisional(said, data) : told.marks[button.dataset.garment]
      showMark(button, mark, tileOf.get(garmentOf(button)))
    }
    showWho(who, told.asks)
    if (told.move && told.move.id !== known.moved) {
      known.moved = told.move.id
      const button = buttons.find((one) => garmentOf(one) === told.move.garment)
      if (button) pick(button)
    }
  }
  const send = (kind, garments, category) => {
    known.pending.push({ id: newId(), kind, garments, category: category ?? null })
    setStateValue("said", [...known.pending])
    showMarks()
  }
  const isAtList = () => list.contains(list.getRootNode().activeElement) || document.activeElement === document.body
  const say = (kind, garments, position, category, isFocused = isAtList()) => {
    send(kind, garments, category)
    known.given.push(garmentOf(buttons[position]))
    const { sign, text } = provisional({ kind, category }, data)
    const isLast = position + 1 >= buttons.length
    const end = isLast && data.page < data.pages ? " That was the last one of this page." : ""
    tell(`${garments.length > 1 ? `${garments.length} garments` : calledOf(tileOf.get(garments[0]))}: ${sign} ${text}.${end}`)
    if (known.selecting || isLast) {
      if (isFocused) buttons[position].focus({ preventScroll: true })
    } else go(position + 1, isFocused)
  }
  const choice = categoryChoice({
    root, data, known, tileOf,
    onChosen: (garments, name) => say(keys.chosen, garments, placeNow(), name, true),
    onLeft: () => buttons[placeNow()]?.focus({ preventScroll: true }),
  })
  const undo = (isFocused = isAtList()) => {
    if (refused) return tell("")
    send("undo", [])
    tell("Taken back.")
    const last = known.given.pop()
    const position = buttons.findIndex((button) => garmentOf(button) === last)
    if (position >= 0) go(position, isFocused)
  }
  const placeNow = () => Math.max(buttons.findIndex((button) => garmentOf(button) === known.current), 0)
  const press = (kind, position) => {
    if (refused) return tell("")
    const isMany = known.selecting && known.selected.size > 0
    const garments = isMany ? [...known.selected] : [garmentOf(buttons[position])]
    const differs = garments.some((garment) => !tileOf.has(garment) || isMistake(tileOf.get(garment)))
    if (kind === "choose" || (kind === "label-wrong" && !differs)) {
      known.current = garmentOf(buttons[position])
      choice.open(garments, buttons[position])
    } else if (kind === "model-wrong" && !differs) tell("Here the model says what the label says.")
    else if (kind === "accepted" && garments.some((garment) => !tileOf.get(garment)?.actual)) {
      tell("No tag to accept: change or reject it.")
    } else say(kind, garments, position)
  }
  const next = () => {
    const position = placeNow() + 1
    if (position < buttons.length) go(position, isAtList())
    else if (data.page < data.pages) {
      known.turning = isAtList()
      setTriggerValue("turned", data.page + 1)
    } else tell("That was the last one.")
  }
  const onKey = (event, position) => {
    if (event.altKey || event.metaKey || event.repeat || event.isComposing) return false
    const kind = event.ctrlKey ? undefined : keys.kinds[event.key] ?? keys.kinds[digitOf(event)]
    if (event.key.toLowerCase() === "z") undo()
    else if (event.key.toLowerCase() === "n" && !event.ctrlKey) next()
    else if (event.key === "ArrowRight" && position + 1 === buttons.length && !event.ctrlKey) next()
    else if (kind) press(kind, position)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  // Also where nothing has the focus, or a button of the opened garment has it: there a key would be lost.
  const onKeyElsewhere = (event) => {
    const target = event.composedPath()[0]
    if (event.defaultPrevented || !buttons.length || !isHere(target, root, list)) return
    if (event.key === "ArrowRight" && !event.ctrlKey && !event.altKey && !event.metaKey) next()
    else onKey(event, placeNow())
  }

  // The second click of a double click would say it of the next garment, which nobody has seen.
  const isSeen = (event) => {
    const isOnce = event.timeStamp - known.pressed > 300
    if (isOnce) known.pressed = event.timeStamp
    return isOnce
  }
  showButtons(root.querySelector(".verbs"), keys, isSeen, (kind) => press(kind, placeNow()), Boolean(refused))
  root.querySelector(".say").classList.toggle("refused", Boolean(refused))
  if (refused && !answer.textContent) tell("")
  root.querySelector(".undo").disabled = Boolean(refused)
  root.querySelector(".undo").onclick = () => undo()
  root.querySelector(".next").onclick = next
  root.querySelector(".details").onclick = () => scrollTo(".st-key-garment-panel, .st-key-garment-strip")
  who.onsubmit = (event) => {
    event.preventDefault()
    const name = who.querySelector("input").value.trim()
    if (name) setTriggerValue("name", name)
  }
  const listen = (event) => { if (event.detail === data.key) showMarks() }
  const leave = (event) => {
    if (choice.isOpen() && !event.composedPath().includes(choice.box)) choice.close()
  }
  known.end?.()
  document.addEventListener("garment-marks", listen)
  document.addEventListener("keydown", onKeyElsewhere)
  document.addEventListener("pointerdown", leave)
  known.end = () => {
    document.removeEventListener("garment-marks", listen)
    document.removeEventListener("keydown", onKeyElsewhere)
    document.removeEventListener("pointerdown", leave)
  }
  return { onKey, showMarks, end: known.end }
}

// The digit that stands on the key itself: on AZERTY and Czech keyboards it is written only with Shift, which then is
// the event's own key. Named keys are none, for the keys of the numeric pad move where its digits are switched off.
function digitOf(event) {
  const isWritten = event.key.length === 1 || ["Dead", "Unidentified"].includes(event.key)
  if (!isWritten || event.shiftKey || event.getModifierState("AltGraph")) return undefined
  return /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1]
}

// Whether a key pressed there is meant for the tiles: not in the tiles, which hear it themselves, nor where one types.
function isHere(target, root, list) {
  if (list.contains(target) || target.closest?.("input, textarea, select, [contenteditable]")) return false
  if (document.querySelector("[role=dialog], [role=menu]")) return false
  // A click on empty space puts the focus on one of the frames around the page.
  const frames = "body, html, [data-testid=stApp], [data-testid=stAppViewContainer], [data-testid=stMain]"
  const panels = ".st-key-garment-panel, .st-key-garment-strip"
  return Boolean(target.matches?.(frames)) || root.contains(target) || Boolean(target.closest?.(panels))
}

function isMistake(tile) {
  return tile.guess !== tile.actual
}

// What the team calls a category: reported is always the model's name.
function shownName(name, data) {
  return data.names?.[data.classes.indexOf(name)] ?? name
}

// The name is asked for once something was said; nothing that is typed there is drawn anew.
function showWho(who, isAsked) {
  if (!isAsked) who.replaceChildren()
  if (!isAsked || who.firstChild) return
  const label = document.createElement("label")
  const field = document.createElement("input")
  const save = document.createElement("button")
  Object.assign(field, { autocomplete: "name", maxLength: 80, placeholder: "First and last name" })
  label.append("Your name ", field)
  save.textContent = "Save"
  who.append(label, save)
}

function showButtons(verbs, keys, isSeen, press, isDisabled) {
  const made = keys.buttons.map(([key, text, help]) => {
    const button = document.createElement("button")
    const name = document.createElement("kbd")
    name.textContent = key
    button.type = "button"
    button.title = help
    button.disabled = isDisabled
    button.append(name, text)
    button.onclick = (event) => { if (isSeen(event)) press(keys.kinds[key]) }
    return button
  })
  const focused = [...verbs.children].indexOf(verbs.getRootNode().activeElement)
  verbs.replaceChildren(...made)
  made[focused]?.focus({ preventScroll: true })
}

function provisional(said, data) {
  const [sign, text] = data.keys.shown[said.kind] ?? ["", ""]
  return { sign, text: said.category ? `${text}: ${shownName(said.category, data)}` : text, kind: said.kind }
}

function showMark(button, mark, tile) {
  const badge = button.querySelector(".verdict")
  if (!badge || !tile) return
  badge.textContent = mark ? `${mark.sign} ${mark.text}` : ""
  badge.title = mark?.text ?? ""
  badge.dataset.kind = mark?.kind ?? ""
  button.setAttribute("aria-label", mark ? `${tile.sentence} ${mark.text}.` : tile.sentence)
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

// What a garment is called: small tiles do not show it, but it is read aloud.
function calledOf(tile) {
  return tile?.number || tile?.sentence?.split(". ")[0] || "Garment"
}
