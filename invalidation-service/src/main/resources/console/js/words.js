// Numbers, times and targets as people read them.
const grouped = new Intl.NumberFormat('en')
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

export const number = value => value == null ? '–' : grouped.format(value)
export const percent = value => value == null ? '–' : `${(value * 100).toFixed(1)} %`
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`

export const bytes = value => {
  if (value == null) return '–'
  const unit = value < 1e3 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3))
  return `${unit ? (value / 10 ** (3 * unit)).toPrecision(3) : value} ${['B', 'KB', 'MB', 'GB', 'TB'][unit]}`
}

export const took = ms => {
  if (ms == null) return '–'
  if (ms < 1000) return `${number(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.floor(ms / 1000) % 60} s`
  return `${Math.floor(ms / 3_600_000)} h ${Math.floor(ms / 60_000) % 60} min`
}

/** A time of day, with the date if it is another one than today's. */
export const time = text => {
  if (!text) return '–'
  const at = new Date(text)
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`
}

/** `tag product:42` of `{"tag":"product:42"}`. */
export const target = one => {
  const [[kind, value]] = Object.entries(one)
  return kind === 'all' ? 'everything' : `${kind} ${value}`
}
export const targets = (some, count = some.length) => {
  const more = count - Math.min(3, some.length)
  return some.slice(0, 3).map(target).join(', ') + (more > 0 ? ` and ${number(more)} more` : '')
}
