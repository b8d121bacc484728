// Beside the button that saves: how much of a sheet is not saved yet, or that all of it is. Told by sheet.js.

export default function ({ parentElement, data }) {
  const line = parentElement.querySelector("[role=status]")
  const show = () => {
    const { text, isSaved } = window.sheetStatus?.get(data.key) ?? { text: "", isSaved: true }
    if (line.textContent !== text) line.textContent = text
    line.dataset.saved = String(isSaved)
  }
  const listen = (event) => { if (event.detail === data.key) show() }
  document.addEventListener("sheet-status", listen)
  show()
  return () => document.removeEventListener("sheet-status", listen)
}
