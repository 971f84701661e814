// Who logs in stays on the page: nothing that was entered there is lost.
import { ask } from './api.js'
import { field, h, notice } from './dom.js'

export const login = (me, then) => {
  const [told, tell] = notice()
  const name = h('input', { name: 'username', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false' })
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true })
  const button = h('button', { class: 'main' }, 'Log in')
  const send = async event => {
    event.preventDefault()
    button.disabled = true
    tell()
    try {
      await ask('login', new URLSearchParams({ username: name.value, password: password.value }))
      dialog.close()
      dialog.remove()
      then()
    } catch (refused) {
      tell(refused.message, 'bad')
      password.select()
    }
    button.disabled = false
  }
  const dialog = h('dialog', { oncancel: event => event.preventDefault(), 'aria-labelledby': 'login-title' },
    me.closed
      ? h('div', { class: 'stack' }, h('h2', { id: 'login-title' }, 'Nobody may use the console'),
        h('p', {}, 'No user is configured. Set tidemark.console.users, each with a password and a role, and start the service again.'))
      : h('form', { onsubmit: send }, h('h2', { id: 'login-title' }, 'Log in to the console'),
        field('Name', name), field('Password', password), told, h('div', { class: 'row' }, button)))
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}
