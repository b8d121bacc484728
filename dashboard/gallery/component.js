// Garments over one sprite sheet. Every text is set as textContent: names are anybody's text.
// What is picked and selected stays in this file; Python is told, and sends a new `stamp` only to change it itself.
// Verdicts are in verdict_keys.js, the choice of a category in category_choice.js; both are read as the end of this file.

const memory = new Map() // by the component's key, so that tiles that leave the screen come back as they were

export default function (component) {
  const { parentElement, data, setStateValue } = component
  const root = parentElement.querySelector(".root")
  const list = root.querySelector("ul")
  const known = memory.get(data.key) ?? {
    stamp: null, picked: null, selected: new Set(), selecting: false, last: null, pending: [], given: [], turning: false,
    current: null, choosing: null, moved: null, pressed: -Infinity,
  }
  memory.set(data.key, known)
  const focused = list.getRootNode().activeElement?.closest?.("li button")?.dataset.garment
  const isNew = known.stamp !== data.stamp
  if (isNew) {
    known.stamp = data.stamp
    known.picked = data.picked
    known.selected = new Set(data.selected)
    known.last = null
    known.current = data.picked
    known.choosing = null
  }

  list.className = data.smooth ? `${data.look} smooth` : data.look
  list.setAttribute("aria-label", data.label)
  root.querySelector(".say").hidden = !data.review
  drawTiles(list, data)
  const buttons = [...list.querySelectorAll("button")]
  const garmentOf = (button) => Number(button.dataset.garment)
  if (data.review && known.current === null && buttons.length) known.current = garmentOf(buttons[0])
  const bar = root.querySelector(".bar")
  bar.hidden = !data.selectable

  const show = () => {
    const isChosen = (button) =>
      known.selecting ? known.selected.has(garmentOf(button)) : garmentOf(button) === known.picked
    const start = Math.max(buttons.findIndex(isChosen), 0)
    buttons.forEach((button, position) => {
      button.setAttribute("aria-pressed", String(isChosen(button)))
      button.classList.toggle("selected", known.selected.has(garmentOf(button)))
      button.classList.toggle("current", garmentOf(button) === known.current && !data.opens)
      button.tabIndex = position === start ? 0 : -1
    })
    root.querySelector(".say").classList.toggle("beside", known.selecting)
    showBar(bar, known)
  }
  const report = () => {
    setStateValue("selected", [...known.selected])
    show()
  }
  const pick = (button) => {
    const garment = garmentOf(button)
    if (garment !== known.picked) {
      known.picked = garment
      setStateValue("picked", garment)
    }
    known.current = garment
    show()
    if (data.review) bringIntoView(button, root)
    else bringPanelIntoView(data.panelBelow)
  }
  // On to that tile: what is opened is what is judged next. The page moves no farther than until the tile is seen.
  const go = (position, isFocused) => {
    const button = buttons[position]
    known.current = garmentOf(button)
    if (data.opens && !known.selecting) pick(button)
    else show()
    if (isFocused) button.focus({ preventScroll: true })
    bringIntoView(button, root)
  }
  const select = (button, withAllBetween) => {
    const position = buttons.indexOf(button)
    const wanted = !known.selected.has(garmentOf(button))
    const from = withAllBetween && known.last !== null ? known.last : position
    const between = buttons.slice(Math.min(from, position), Math.max(from, position) + 1)
    between.forEach((one) => known.selected[wanted ? "add" : "delete"](garmentOf(one)))
    known.last = position
    report()
    button.tabIndex = 0
  }

  bar.querySelector(".toggle").onclick = () => {
    known.selecting = !known.selecting
    known.last = null
    show()
  }
  bar.querySelector(".page").onclick = () => {
    buttons.forEach((button) => known.selected.add(garmentOf(button)))
    report()
  }
  bar.querySelector(".clear").onclick = () => {
    known.selected.clear()
    report()
    bar.querySelector(".toggle").focus() // the button that was pressed is gone
  }
  list.onclick = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    if (known.selecting) select(button, event.shiftKey)
    else pick(button)
  }
  const verdicts = data.review ? verdictKeys({ component, known, buttons, root, list, go, pick }) : null
  list.onkeydown = (event) => {
    const position = buttons.indexOf(event.target.closest("button"))
    if (verdicts && position >= 0 && verdicts.onKey(event, position)) return
    if (position >= 0 && turnsPage(event, known, component)) return
    const next = position < 0 ? null : neighbour(event.key, position, buttons)
    if (next === null) return
    event.preventDefault()
    if (data.review && !event.repeat) go(next, true)
    else buttons[next].focus()
  }
  list.onfocusin = (event) => {
    buttons.forEach((button) => { button.tabIndex = button === event.target ? 0 : -1 })
    if (event.target.dataset.garment) known.current = garmentOf(event.target)
  }
  show()
  verdicts?.showMarks()
  if (focused !== undefined || known.turning) {
    // What had the focus was drawn anew, or the page was turned by key.
    const again = known.turning ? null : buttons.find((button) => button.dataset.garment === focused)
    if (isNew || again) (again ?? buttons[0])?.focus({ preventScroll: !known.turning })
    if (isNew) known.turning = false
  }
  if (isNew && data.reveal) scrollTo(".st-key-chosen-kind")
  return () => verdicts?.end()
}

function turnsPage(event, known, { data, setTriggerValue }) {
  const step = { PageDown: 1, PageUp: -1 }[event.key]
  if (step === undefined || !data.pages || event.ctrlKey || event.altKey || event.metaKey) return false
  event.preventDefault()
  if (data.page + step < 1 || data.page + step > data.pages) return true
  known.turning = true
  setTriggerValue("turned", data.page + step)
  return true
}

function showBar(bar, known) {
  const num = known.selected.size
  const toggle = bar.querySelector(".toggle")
  toggle.setAttribute("aria-pressed", String(known.selecting))
  toggle.textContent = known.selecting ? "Done selecting" : "Select several"
  bar.querySelector(".count").textContent = num || known.selecting ? `${num.toLocaleString("en")} selected` : ""
  bar.querySelector(".page").hidden = !known.selecting
  bar.querySelector(".clear").hidden = num === 0
}

// Tiles that did not change stay: one that is drawn anew while it is pressed takes the click along.
function drawTiles(list, data) {
  const wanted = JSON.stringify([data.tiles, data.sheet, data.look, data.width, data.height, Boolean(data.review)])
  if (list.drawn === wanted) return
  list.drawn = wanted
  list.replaceChildren(...data.tiles.map((tile, position) => tileItem(tile, position, data)))
}

function tileItem(tile, position, data) {
  const item = document.createElement("li")
  const body = document.createElement(data.look === "rows" ? "div" : "button")
  body.className = tile.mark ? "tile marked" : "tile"
  if (body.tagName === "BUTTON") {
    body.type = "button"
    body.dataset.garment = String(tile.garment)
    body.setAttribute("aria-label", tile.sentence)
  }
  const texts = document.createElement("span")
  texts.className = "texts"
  if (tile.mark) texts.append(line("mark", tile.mark))
  if (tile.said || tile.sure) {
    const said = line("row", "")
    if (tile.said) said.append(line("said", tile.said), " ")
    said.append(line("sure", tile.sure))
    texts.append(said)
  }
  for (const name of ["label", "number"]) if (tile[name]) texts.append(line(name, tile[name]))
  const image = picture(position, data)
  if (data.review) image.append(line("verdict", ""))
  body.append(image, texts)
  item.append(body)
  return item
}

function picture(position, data) {
  const span = document.createElement("span")
  span.className = data.sheet ? "picture" : "picture missing"
  span.style.aspectRatio = `${data.width} / ${data.height}`
  if (data.sheet) {
    const last = Math.max(data.tiles.length - 1, 1)
    span.style.backgroundImage = `url("${data.sheet}")`
    span.style.backgroundSize = `${100 * data.tiles.length}% 100%`
    span.style.backgroundPosition = `${(100 * position) / last}% 0`
  }
  return span
}

function line(name, text) {
  const span = document.createElement("span")
  span.className = name
  span.textContent = text
  if (text) span.title = text
  return span
}

function neighbour(key, position, buttons) {
  const top = (button) => button.getBoundingClientRect().top
  const columns = buttons.filter((button) => Math.abs(top(button) - top(buttons[0])) < 2).length
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key]
  if (key === "Home") return 0
  if (key === "End") return buttons.length - 1
  if (step === undefined) return null
  return Math.min(Math.max(position + step, 0), buttons.length - 1)
}

// No farther than until the tile is seen whole, beside what lies over the page: the navigation, the buttons, the choice.
function bringIntoView(button, root, covered = root.querySelector(".say").offsetHeight) {
  const isPhone = window.innerWidth <= 640
  button.style.scrollMargin = isPhone ? `68px 0 ${covered + 8}px` : `${68 + covered}px 0 16px`
  button.scrollIntoView({ block: "nearest", inline: "nearest" })
}

// On a phone the panel stands far below the tiles; on some pages everywhere. It is filled only after the pick was
// reported, and before that there may not be enough page below it to scroll to.
function bringPanelIntoView(panelBelow) {
  const panel = document.querySelector(".st-key-garment-panel")
  if (!panel || (!panelBelow && window.innerWidth > 640)) return
  const filling = new ResizeObserver(() => scrollTo(".st-key-garment-panel"))
  filling.observe(panel)
  setTimeout(() => filling.disconnect(), 1500)
}

function scrollTo(selector) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  document.querySelector(selector)?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" })
}
