// Elements, and lists of them that are kept by their keys: what is shown already is changed, not made anew.

/** An element. `on…` are listeners, `class` and all else attributes; children are nodes or texts. */
export const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value === true) node.setAttribute(name, '')
    else if (value !== false && value != null) node.setAttribute(name, value)
  }
  node.append(...children.flat().filter(child => child != null && child !== false))
  return node
}

/** Sets what a node says, if it says something else. */
export const say = (node, text) => {
  const wanted = String(text ?? '')
  if (node.textContent !== wanted) node.textContent = wanted
}

/** Sets an attribute, or takes it away where the value is null or false. */
export const put = (node, name, value) => {
  if (value == null || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name)
  } else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value)
}

/**
 * Makes a parent's children those of the items, in their order. Each is made once for its key, and told each item that it stands for.
 * `make(item)` answers `[node, update]`.
 */
export const keyed = (parent, items, keyOf, make) => {
  const known = parent.known ??= new Map()
  const wanted = new Set()
  let place = parent.firstElementChild
  for (const item of items) {
    const key = keyOf(item)
    wanted.add(key)
    let one = known.get(key)
    if (!one) {
      const [node, update] = make(item)
      known.set(key, one = { node, update })
    }
    one.update(item)
    if (one.node === place) place = place.nextElementSibling
    else parent.insertBefore(one.node, place)
  }
  for (const [key, { node }] of known) {
    if (!wanted.has(key)) {
      node.remove()
      known.delete(key)
    }
  }
}

let ids = 0
/** A label and what it is of. */
export const field = (label, control, hint) => {
  control.id ||= `f${++ids}`
  if (hint) control.setAttribute('aria-describedby', `${control.id}h`)
  return h('div', {}, h('label', { for: control.id }, label), control, hint && h('p', { class: 'hint', id: `${control.id}h` }, hint))
}

/** A place for one sentence at a time, which is read out. */
export const notice = () => {
  const node = h('p', { class: 'notice', role: 'status', 'aria-live': 'polite' })
  const tell = (text = '', tone) => {
    say(node, text)
    put(node, 'data-tone', tone)
  }
  return [node, tell]
}

export const badge = () => {
  const node = h('span', { class: 'badge' })
  return [node, (text, tone) => {
    say(node, text)
    put(node, 'data-tone', tone)
  }]
}
