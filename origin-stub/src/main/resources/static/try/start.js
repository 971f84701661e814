// Loads the libraries by an import map that the build has made, if it could, and then the page.
(async () => {
  const answer = await fetch('lib/import-map.json').catch(() => null)
  if (!answer?.ok) {
    const notice = document.getElementById('notice')
    notice.textContent = 'This page needs the libraries of Yjs, which the build takes from npm. It found no npm, or could not use it: ' +
      'install Node.js with npm, then start ./run again.'
    notice.hidden = false
    document.getElementById('status').textContent = 'no libraries'
    return
  }
  const add = (type, members) => document.head.append(Object.assign(document.createElement('script'), { type, ...members }))
  add('importmap', { textContent: await answer.text() })
  add('module', { src: 'try.js' })
  navigator.serviceWorker?.register('worker.js').catch(() => {}) // without it the page cannot be opened offline
})()
