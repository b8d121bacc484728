// Tiles of garments over one sprite sheet. Every text is set as textContent: names are anybody's text.
// What is picked stays in this file; Python is told, and sends a new `stamp` only to pick another tile itself.

const memory = new WeakMap()

export default function (component) {
  const { parentElement, data, setStateValue } = component
  const list = parentElement.querySelector("ul")
  const known = memory.get(parentElement) ?? { stamp: null, picked: null }
  memory.set(parentElement, known)
  const isNew = known.stamp !== data.stamp
  if (isNew) {
    known.stamp = data.stamp
    known.picked = data.picked
  }

  list.setAttribute("aria-label", data.label)
  list.replaceChildren(...data.tiles.map((tile, position) => tileItem(tile, position, data)))
  const buttons = [...list.querySelectorAll("button")]

  const show = () => {
    const chosen = buttons.findIndex((button) => Number(button.dataset.garment) === known.picked)
    buttons.forEach((button, position) => {
      button.setAttribute("aria-pressed", String(position === chosen))
      button.tabIndex = position === Math.max(chosen, 0) ? 0 : -1
    })
  }
  const pick = (button) => {
    const garment = Number(button.dataset.garment)
    if (garment !== known.picked) {
      known.picked = garment
      setStateValue("picked", garment)
    }
    show()
    bringPanelIntoView()
  }

  list.onclick = (event) => {
    const button = event.target.closest("button")
    if (button) pick(button)
  }
  list.onkeydown = (event) => {
    const position = buttons.indexOf(event.target.closest("button"))
    const next = position < 0 ? null : neighbour(event.key, position, buttons)
    if (next === null) return
    event.preventDefault()
    buttons[next].focus()
  }
  list.onfocusin = (event) => {
    buttons.forEach((button) => { button.tabIndex = button === event.target ? 0 : -1 })
  }
  show()
  if (isNew && data.reveal) scrollTo(".st-key-chosen-kind")
}

function tileItem(tile, position, data) {
  const item = document.createElement("li")
  const button = document.createElement("button")
  button.type = "button"
  button.dataset.garment = String(tile.garment)
  button.setAttribute("aria-label", tile.sentence)
  const picture = document.createElement("span")
  picture.className = data.sheet ? "picture" : "picture missing"
  picture.style.aspectRatio = `${data.width} / ${data.height}`
  if (data.sheet) {
    const last = Math.max(data.tiles.length - 1, 1)
    picture.style.backgroundImage = `url("${data.sheet}")`
    picture.style.backgroundSize = `${100 * data.tiles.length}% 100%`
    picture.style.backgroundPosition = `${(100 * position) / last}% 0`
  }
  const said = document.createElement("span")
  said.className = "row"
  said.append(line("said", tile.said), " ", line("sure", tile.sure))
  button.append(picture, said, line("label", tile.label), line("number", tile.number))
  item.append(button)
  return item
}

function line(name, text) {
  const span = document.createElement("span")
  span.className = name
  span.textContent = text
  span.title = text
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

// On a phone the panel stands far below the tiles.
function bringPanelIntoView() {
  if (window.innerWidth <= 640) scrollTo(".st-key-garment-panel")
}

function scrollTo(selector) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  document.querySelector(selector)?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" })
}
