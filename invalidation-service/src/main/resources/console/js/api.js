// What the page asks of the service. A refusal is an error with a sentence; nothing is asked twice by itself.
export class Refused extends Error {
  constructor (status, problem) {
    super(problem.detail || problem.title || `The service answered ${status}.`)
    this.status = status
    this.type = problem.type || ''
    this.errors = problem.errors || []
  }
}

const token = () => document.cookie.split('; ').find(part => part.startsWith('tidemark-console-csrf='))?.split('=')[1]
const loginNeeded = []

/** Called when the service says that nobody is logged in. */
export const onLoginNeeded = listener => loginNeeded.push(listener)

/** Asks; a body makes it a POST. Paths that begin with a slash are the service's, others the console's. */
export const ask = async (path, body, more = {}) => {
  const post = body !== undefined
  const headers = { Accept: 'application/json' }
  if (post) {
    headers['Content-Type'] = body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json'
    headers['X-Console-Token'] = token() ?? ''
  }
  let answer
  try {
    answer = await fetch(path.startsWith('/') ? path : `/console/api/${path}`, {
      method: post ? 'POST' : 'GET',
      headers,
      body: !post || body instanceof URLSearchParams ? body : JSON.stringify(body),
      ...more
    })
  } catch {
    throw new Refused(0, { detail: 'The service did not answer. What you entered is still here; try again.' })
  }
  const text = await answer.text()
  let json = {}
  try {
    json = text ? JSON.parse(text) : {}
  } catch {
    json = { detail: `The service answered ${answer.status} with something that is no JSON.` }
  }
  if (answer.ok) return json
  const refused = new Refused(answer.status, json)
  if (answer.status === 401 && path !== 'login') loginNeeded.forEach(listener => listener(refused))
  throw refused
}
