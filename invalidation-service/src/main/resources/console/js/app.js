// The page: its views, of which each is made once and kept, and who looks at them.
import { ask, onLoginNeeded } from './api.js'
import { h, put, say } from './dom.js'
import * as feed from './feed.js'
import { fleet } from './fleet.js'
import { login } from './login.js'

const VIEWS = { fleet: ['Fleet', fleet] }
const STATES = { live: 'live', waiting: 'connecting again', lost: 'no connection' }
const main = document.querySelector('#main')
const nav = document.querySelector('#nav')
const made = {}
let me = {}

const current = () => {
  const [name] = location.hash.slice(1).split('?')
  return VIEWS[name] ? name : 'fleet'
}
const links = Object.entries(VIEWS).map(([name, [title]]) => {
  const link = h('a', { href: `#${name}` }, title)
  nav.append(link)
  return [name, link]
})

const show = () => {
  const name = current()
  for (const [other, link] of links) put(link, 'aria-current', other === name ? 'page' : null)
  if (!made[name]) {
    made[name] = VIEWS[name][1](() => me)
    main.append(made[name].node)
  }
  for (const [other, view] of Object.entries(made)) view.node.hidden = other !== name
  document.title = `${VIEWS[name][0]} – Tidemark`
  made[name].shown?.(new URLSearchParams(location.hash.split('?')[1]))
  render()
}
const render = () => made[current()]?.render()

const live = document.querySelector('#live')
feed.onState(state => {
  put(live, 'data-state', state)
  say(live, STATES[state])
})
feed.onChange(render)
feed.onRefused(() => start())

const who = document.querySelector('#who')
const greet = () => {
  who.replaceChildren(...me.logsIn && me.reads
    ? [h('span', {}, `${me.name}${me.operates ? '' : ' (may look)'}`), h('button', { class: 'slight', type: 'button', onclick: leave }, 'Log out')]
    : [])
}
const leave = async () => {
  await ask('logout', {})
  location.reload()
}

let asking
const start = async () => {
  try {
    me = await ask('me')
  } catch (refused) {
    setTimeout(start, 3000)
    return
  }
  greet()
  if (me.reads) {
    asking = undefined
    feed.open()
    show()
  } else if (!asking) asking = login(me, start)
}
onLoginNeeded(() => start())

addEventListener('hashchange', () => {
  if (location.hash === '#main') return main.focus()
  if (me.reads) show()
  main.focus()
})
start()
