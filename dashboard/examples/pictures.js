// Garments over one sprite sheet, to be looked at. Every text is set as textContent: names are anybody's text.

const SIGNS = { right: ["✓", "Right. "], wrong: ["✕", "Wrong. "], asks: ["?", "Waits for a person. "] }

export default function ({ parentElement, data }) {
  const list = parentElement.querySelector("ul")
  list.setAttribute("aria-label", data.label)
  list.className = data.smooth ? "smooth" : ""
  list.replaceChildren(...data.words.map((words, position) => item(words, position, data)))
}

function item(words, position, data) {
  const found = document.createElement("li")
  const picture = element("picture", "")
  picture.style.aspectRatio = data.ratio
  picture.style.backgroundImage = `url("${data.sheet}")`
  picture.style.backgroundSize = `${100 * data.words.length}% 100%`
  picture.style.backgroundPosition = `${(100 * position) / Math.max(data.words.length - 1, 1)}% 0`
  const [shape, said] = SIGNS[words.sign] ?? ["", ""]
  if (shape) {
    const sign = element(`sign ${words.sign}`, shape)
    sign.setAttribute("role", "img")
    sign.setAttribute("aria-label", said)
    picture.append(sign)
  }
  found.append(picture, element("first", words.first))
  if (words.second) found.append(element("second", words.second))
  return found
}

function element(name, text) {
  const found = document.createElement("span")
  found.className = name
  found.textContent = text
  return found
}
