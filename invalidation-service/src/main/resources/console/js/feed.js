// One stream of server-sent events: all that there is, then what changes. It comes again by itself, with all that there is.
const entries = new Map()
const listeners = new Set()
const states = new Set()
const KEPT = 600
let history = []
let source
let heard = 0
let drawn = false

/** All entries of a kind: those whose keys begin with it and a slash. */
export const all = kind => {
  const found = []
  for (const [key, entry] of entries) if (key.startsWith(`${kind}/`)) found.push(entry)
  return found
}
export const one = key => entries.get(key)
export const points = () => history
export const onChange = listener => listeners.add(listener)
/** Told `live`, `waiting` or `lost`. */
export const onState = listener => states.add(listener)

const tell = state => states.forEach(listener => listener(state))
const draw = () => {
  if (drawn) return
  drawn = true
  requestAnimationFrame(() => {
    drawn = false
    listeners.forEach(listener => listener())
  })
}

const take = ({ set, gone }) => {
  for (const [key, entry] of Object.entries(set)) entries.set(key, entry)
  for (const key of gone) entries.delete(key)
  const point = set['point/last']
  if (point && point.at > (history.at(-1)?.at ?? 0)) {
    history.push(point)
    if (history.length > KEPT) history = history.slice(-KEPT)
  }
  heard = Date.now()
  tell('live')
  draw()
}

export const open = () => {
  source?.close()
  source = new EventSource('/console/api/events')
  source.addEventListener('history', event => { history = JSON.parse(event.data) })
  source.addEventListener('state', event => {
    entries.clear()
    take(JSON.parse(event.data))
  })
  source.addEventListener('change', event => take(JSON.parse(event.data)))
  source.onerror = () => {
    tell(Date.now() - heard > 15_000 ? 'lost' : 'waiting')
    if (source.readyState === EventSource.CLOSED) setTimeout(refused, 2000)
  }
}

let refused = () => {}
/** Called when the service has refused the stream; it may open it again. */
export const onRefused = listener => { refused = listener }

setInterval(() => {
  if (heard && Date.now() - heard > 15_000) tell('lost')
}, 5000)
