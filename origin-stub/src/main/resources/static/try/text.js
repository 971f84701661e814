// A text area that shows a Y.Text: what is typed becomes the smallest edit, and what others type leaves the caret where it was.
import * as Y from 'yjs'

export function bindText (area, text) {
  const place = index => Y.createRelativePositionFromTypeIndex(text, index, -1)
  const index = at => Y.createAbsolutePositionFromRelativePosition(at, text.doc)?.index ?? 0
  let caret = null

  area.value = text.toString()
  area.disabled = false
  area.addEventListener('input', () => {
    const before = text.toString()
    const after = area.value
    let begin = 0
    while (begin < before.length && before[begin] === after[begin]) begin++
    let same = 0
    while (same < Math.min(before.length, after.length) - begin && before.at(-1 - same) === after.at(-1 - same)) same++
    // a pair of surrogates is never cut
    if (/[\uD800-\uDBFF]/.test(before[begin - 1] ?? '')) begin--
    if (/[\uDC00-\uDFFF]/.test(before[before.length - same] ?? '')) same--
    text.doc.transact(() => {
      text.delete(begin, before.length - same - begin)
      text.insert(begin, after.slice(begin, after.length - same))
    }, area)
  })
  text.doc.on('beforeTransaction', transaction => {
    caret = transaction.origin === area ? null : [place(area.selectionStart), place(area.selectionEnd)]
  })
  text.observe((_, transaction) => {
    if (transaction.origin === area) return
    const top = area.scrollTop
    area.value = text.toString()
    if (caret) area.setSelectionRange(index(caret[0]), index(caret[1]))
    area.scrollTop = top
  })
}
