// A line over the last ten minutes on a canvas, with its least and greatest value, and each second's under the pointer.
const SPAN = 600_000

/** `[node, draw]`; `draw(points, value, shown, current, floor)`: value of a point or null, and how a value is written. */
export const line = title => {
  const canvas = document.createElement('canvas')
  const now = document.createElement('b')
  const name = document.createElement('span')
  name.textContent = title
  const caption = document.createElement('figcaption')
  caption.append(name, now)
  const node = document.createElement('figure')
  node.className = 'line'
  node.append(caption, canvas)
  let last = []
  let pointer = null

  const paint = () => {
    const [points, value, shown, current, floor] = last
    if (!points) return
    const { width, height } = canvas.getBoundingClientRect()
    if (!width) return
    const scale = window.devicePixelRatio || 1
    if (canvas.width !== Math.round(width * scale)) [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)]
    const style = getComputedStyle(document.documentElement)
    const c = canvas.getContext('2d')
    c.setTransform(scale, 0, 0, scale, 0, 0)
    c.clearRect(0, 0, width, height)
    const end = points.at(-1)?.at ?? 0
    const known = points.map(point => [point.at, value(point)]).filter(([at, y]) => y != null && at > end - SPAN)
    const most = Math.max(floor, ...known.map(([, y]) => y))
    const x = at => width - (end - at) / SPAN * width
    const y = number => height - 3 - number / most * (height - 8)
    c.strokeStyle = style.getPropertyValue('--edge')
    c.lineWidth = 1
    c.beginPath()
    c.moveTo(0, height - 2.5)
    c.lineTo(width, height - 2.5)
    c.stroke()
    c.strokeStyle = style.getPropertyValue('--line-1')
    c.lineWidth = 1.6
    c.lineJoin = 'round'
    c.beginPath()
    known.forEach(([at, number], i) => {
      const far = !i || at - known[i - 1][0] > 5000
      c[far ? 'moveTo' : 'lineTo'](x(at), y(number))
      if (far) c.lineTo(x(at) + 1, y(number))
    })
    c.stroke()
    const near = pointer == null ? null : known.reduce((best, one) => !best || Math.abs(x(one[0]) - pointer) < Math.abs(x(best[0]) - pointer) ? one : best, null)
    if (near) {
      c.fillStyle = style.getPropertyValue('--line-1')
      c.beginPath()
      c.arc(x(near[0]), y(near[1]), 3.5, 0, 7)
      c.fill()
    }
    const text = near ? `${new Date(near[0]).toLocaleTimeString('en-GB')}  ${shown(near[1])}` : current
    if (now.textContent !== text) now.textContent = text
  }
  canvas.addEventListener('pointermove', event => { pointer = event.offsetX; paint() })
  canvas.addEventListener('pointerleave', () => { pointer = null; paint() })
  new ResizeObserver(paint).observe(canvas)
  return [node, (...what) => { last = what; paint() }]
}
