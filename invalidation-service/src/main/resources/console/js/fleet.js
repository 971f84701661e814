// The fleet by region: how many gateways live, how far they are behind, how often they answer themselves.
import { badge, h, keyed, put, say } from './dom.js'
import { all, one, points } from './feed.js'
import { line } from './line.js'
import { bytes, number, percent, plural, took } from './words.js'

const FEW = 12
const isLive = gateway => gateway.lease === 'live'
/** What is to be looked at first: 0 is nothing. */
const trouble = gateway =>
  !isLive(gateway) ? 3 : gateway.silentMs > 0 ? 2 : gateway.lagMs > 1000 || gateway.state !== 'serving' || gateway.lagRecords == null ? 1 : 0
const state = gateway => {
  if (!isLive(gateway)) return ['left out', 'bad']
  if (gateway.silentMs > 0) return [`silent for ${took(gateway.silentMs)}`, 'warn']
  if (gateway.state !== 'serving') return ['replaying', 'warn']
  if (gateway.lagRecords == null) return ['another log', 'warn']
  if (gateway.lagMs > 1000) return ['behind', 'warn']
  return ['serving', 'good']
}

const gatewayRow = () => {
  const [mark, tell] = badge()
  const cells = Array.from({ length: 6 }, (_, i) => h('td', { class: i ? 'num' : '' }))
  const node = h('tr', {}, cells[0], h('td', {}, mark), cells.slice(1))
  return [node, gateway => {
    tell(...state(gateway))
    put(node, 'title', gateway.instance)
    const behind = gateway.lagRecords == null ? '–' : gateway.lagRecords === 0 ? '0' : `${number(gateway.lagRecords)} (${took(gateway.lagMs)})`
    const shown = [gateway.colo, behind, percent(gateway.hitRatio), number(gateway.requests), number(gateway.entries), bytes(gateway.bytes)]
    shown.forEach((text, i) => say(cells[i], text))
  }]
}

const regionCard = ({ name }) => {
  const [mark, tell] = badge()
  const [lag, drawLag] = line('Furthest behind')
  const [hits, drawHits] = line('Hit ratio')
  const body = h('tbody')
  const more = h('button', { class: 'bare', type: 'button', onclick: () => { shownAll = !shownAll; update(last) } })
  const count = h('span', { class: 'soft small' })
  let shownAll = false
  let last
  const heads = ['Gateway', 'State', 'Behind', 'Hit ratio', 'Requests', 'Entries', 'Stored']
  const node = h('section', { class: 'card', 'aria-label': `Region ${name}` },
    h('header', {}, h('h2', {}, name), mark, h('span', { class: 'end' }, count)),
    h('div', { class: 'lines' }, lag, hits),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Gateways of ${name}` },
      h('table', { class: 'gateways' },
        h('thead', {}, h('tr', {}, heads.map((head, i) => h('th', { scope: 'col', class: i > 1 ? 'num' : '' }, head)))), body),
      more))
  const update = region => {
    last = region
    const { gateways } = region
    const live = gateways.filter(isLive)
    const worst = Math.max(0, ...gateways.map(trouble))
    tell(worst === 0 ? 'all well' : live.length === 0 ? 'nobody serves' : plural(gateways.filter(trouble).length, 'gateway needs a look', 'gateways need a look'),
      live.length === 0 ? 'bad' : worst ? 'warn' : 'good')
    say(count, `${number(live.length)} of ${plural(gateways.length, 'gateway')} live`)
    const now = points().at(-1)?.regions[name]
    const of = part => point => point.regions[name]?.[part]
    drawLag(points(), of('lagMs'), took, took(now?.lagMs), 100)
    drawHits(points(), of('hitRatio'), percent, now?.requests ? `${percent(now.hitRatio)} of ${number(now.requests)}/s` : 'no requests', 1)
    const sorted = gateways.toSorted((a, b) => trouble(b) - trouble(a) || a.colo.localeCompare(b.colo, 'en', { numeric: true }) || a.instance.localeCompare(b.instance))
    keyed(body, shownAll ? sorted : sorted.slice(0, FEW), gateway => gateway.instance, gatewayRow)
    more.hidden = gateways.length <= FEW
    say(more, shownAll ? 'Show fewer' : `Show all ${number(gateways.length)}`)
  }
  return [node, update]
}

const figure = label => {
  const value = h('dd')
  const note = h('small')
  const node = h('div', { class: 'figure' }, h('dt', {}, label), value, h('dd', {}, note))
  node.lastChild.className = 'plain'
  return [node, (text, more = '', tone) => {
    say(value, text)
    say(note, more)
    put(node, 'data-tone', tone)
  }]
}

export const fleet = () => {
  const figures = [figure('Gateways live'), figure('Furthest behind'), figure('Purges not complete'), figure('Purges read')]
  const regions = h('div', { class: 'regions' })
  const none = h('p', { class: 'notice' })
  const node = h('div', { class: 'view' }, h('header', {}, h('h1', {}, 'Fleet'), h('p', {}, 'As each gateway’s heartbeat tells it, twice a second.')),
    h('dl', { class: 'figures' }, figures.map(([part]) => part)), none, regions)
  return { node, render () {
    const gateways = all('gateway')
    const head = one('log/head')
    const live = gateways.filter(isLive)
    const byRegion = Map.groupBy(gateways, gateway => gateway.region)
    const behind = Math.max(0, ...live.map(gateway => gateway.lagMs))
    const [tellLive, tellLag, tellOpen, tellRead] = figures.map(([, tell]) => tell)
    tellLive(`${number(live.length)} of ${number(gateways.length)}`, plural(byRegion.size, 'region'), live.length < gateways.length ? 'bad' : undefined)
    tellLag(took(behind), 'of the live ones', behind > 1000 ? 'warn' : undefined)
    tellOpen(number(head?.open), head?.openErasures ? `${plural(head.openErasures, 'erasure')} among them` : 'waiting for gateways', head?.open ? 'warn' : undefined)
    tellRead(head?.position ? number(Number(String(head.position).split(':').at(-1)) + 1) : '0', 'up to the end of the log')
    none.hidden = gateways.length > 0 || !head
    say(none, 'No gateway has been heard yet. Gateways say who they are in the topic tidemark.watermarks.')
    keyed(regions, [...byRegion].map(([name, own]) => ({ name, gateways: own })).toSorted((a, b) => a.name.localeCompare(b.name)), region => region.name, regionCard)
  } }
}
