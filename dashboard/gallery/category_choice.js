// The right category is chosen at the tile: letters narrow the list, arrows move in it, Enter says it, Escape leaves it.
// What is being chosen is kept in known.choosing: tiles that are drawn anew meanwhile neither close it nor eat a letter.

function categoryChoice({ root, data, known, tileOf, onChosen, onLeft }) {
  const box = root.querySelector(".choice")
  const field = box.querySelector("input")
  const options = box.querySelector(".options")
  const isTouched = window.matchMedia("(pointer: coarse)").matches

  const show = () => {
    const { active, found } = known.choosing
    options.replaceChildren(...found.map((name, place) => option(name, place === active)))
    box.querySelector(".none").hidden = found.length > 0
    field.setAttribute("aria-activedescendant", found.length ? "active-option" : "")
    const chosen = options.children[active]
    if (chosen) options.scrollTop = Math.max(chosen.offsetTop + chosen.offsetHeight - options.clientHeight, 0)
  }
  const option = (name, isActive) => {
    const line = document.createElement("div")
    line.setAttribute("role", "option")
    line.setAttribute("aria-selected", String(isActive))
    if (isActive) line.id = "active-option"
    line.dataset.name = name
    line.textContent = shownName(name, data)
    return line
  }
  const close = () => {
    known.choosing = null
    box.hidden = true
  }
  const leave = () => {
    close()
    onLeft()
  }
  const give = (name) => {
    if (!name) return
    const { garments } = known.choosing
    close()
    onChosen(garments, name)
  }
  const open = (garments, tile) => {
    const guess = tileOf.get(garments[0])?.guess
    const label = garments.length === 1 ? tileOf.get(garments[0])?.actual : null
    const names = [guess, ...data.classes.filter((name) => name !== guess)].filter((name) => name && name !== label)
    known.choosing = { garments, names, found: names, active: 0 }
    field.value = ""
    box.hidden = false
    place(box, tile, root)
    show()
    if (window.innerWidth <= 640) bringIntoView(tile, root, box.offsetHeight)
    // With a finger the keys on screen would hide the list: they come where the field is touched.
    ;(isTouched ? options : field).focus({ preventScroll: true })
  }

  field.oninput = () => {
    const { names } = known.choosing
    const typed = field.value.trim().toLowerCase()
    const rank = (name) => shownName(name, data).toLowerCase().indexOf(typed)
    const found = names.filter((name) => rank(name) >= 0)
    known.choosing.found = [...found.filter((name) => rank(name) === 0), ...found.filter((name) => rank(name) > 0)]
    known.choosing.active = 0
    show()
  }
  box.onkeydown = (event) => {
    event.stopPropagation()
    if (event.isComposing) return
    const { active, found } = known.choosing
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (event.key === "Escape") leave()
    else if (event.key === "Enter" && event.target.className !== "leave") give(found[active])
    else if (step) {
      known.choosing.active = Math.min(Math.max(active + step, 0), Math.max(found.length - 1, 0))
      show()
    } else return
    event.preventDefault()
  }
  options.onpointerdown = (event) => { if (event.pointerType === "mouse") event.preventDefault() } // keeps the focus
  options.onclick = (event) => give(event.target.closest("[role=option]")?.dataset.name)
  box.querySelector(".leave").onclick = leave
  box.hidden = !known.choosing
  return { open, close, isOpen: () => known.choosing !== null, box }
}

// Below the tile, or above it where the window ends: the tile itself is what is looked at, and the page stays where it is.
function place(box, tile, root) {
  const around = root.getBoundingClientRect()
  const at = tile.getBoundingClientRect()
  const below = window.innerHeight - at.bottom
  const isBelow = below > 280 || below > at.top
  box.style.left = `${Math.max(Math.min(at.left - around.left, around.width - 256), 0)}px`
  box.style.top = isBelow ? `${at.bottom - around.top + 4}px` : "auto"
  box.style.bottom = isBelow ? "auto" : `${around.bottom - at.top + 4}px`
  box.style.maxHeight = `${Math.max(Math.min((isBelow ? below : at.top - 64) - 12, 340), 160)}px`
}
