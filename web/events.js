// The filter by group, and the live view of the demo café. The page says everything without them.

const filter = document.querySelector('.filter')
filter.hidden = false
filter.addEventListener('click', ({ target }) => {
  if (target.dataset.group === undefined) return
  for (const button of filter.children) button.setAttribute('aria-pressed', String(button === target))
  const { group } = target.dataset
  for (const one of document.querySelectorAll('[data-groups]:not([data-groups=""])'))
    one.hidden = group !== '' && !one.dataset.groups.split(' ').includes(group)
})

const panel = document.querySelector('#live')
if (panel) startLive()

function startLive() {
  const texts = JSON.parse(panel.dataset.texts)
  const form = panel.querySelector('form')
  const { account, group, connect, order, clear } = form.elements
  const state = form.querySelector('output')
  const frames = panel.querySelector('.frames')
  const tokens = new Map()
  let socket = null
  let taken = null
  panel.hidden = false

  async function call(path, { method = 'GET', body, email = account.value } = {}) {
    const headers = { 'content-type': 'application/json' }
    if (path !== '/api/users/login/') headers.authorization = `Bearer ${await tokenOf(email)}`
    const reply = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    const answer = await reply.json()
    if (!reply.ok) throw new Error(answer.detail ?? JSON.stringify(answer))
    return answer
  }

  function tokenOf(email) {
    if (!tokens.has(email)) {
      const body = { email, password: panel.dataset.password }
      const token = call('/api/users/login/', { method: 'POST', body }).then(({ access }) => access)
      tokens.set(email, token)
      token.catch(() => tokens.delete(email))
    }
    return tokens.get(email)
  }

  /** What fails is said beside the buttons. */
  const guarded = (work) => async (event) => {
    event.preventDefault()
    try {
      await work()
    } catch (error) {
      say('failed', texts.failed + error.message)
    }
  }

  function say(now, text) {
    state.dataset.now = now
    state.textContent = text
  }

  async function open() {
    say('connecting', texts.connecting)
    const { ticket } = await call('/api/ws-tickets/', { method: 'POST' })
    const path = group.value === 'notifications' ? '/ws/notifications/' : `/ws/cafe/${group.value}/`
    const address = new URL(`${path}?ticket=${encodeURIComponent(ticket)}`, location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    const current = (socket = new WebSocket(address, 'cafe.v1'))
    current.onopen = () => say('connected', texts.connected)
    current.onmessage = ({ data }) => show(JSON.parse(data))
    current.onclose = ({ code, reason }) => {
      if (current !== socket) return
      socket = null
      say('closed', `${texts.closed}${code} ${reason}`)
      refresh()
    }
    refresh()
  }

  function close() {
    const current = socket
    socket = null
    current.close()
    say('', '')
    refresh()
  }

  function refresh() {
    connect.textContent = socket ? texts.disconnect : texts.connect
    account.disabled = group.disabled = socket !== null
    order.disabled = socket === null
    order.textContent = taken ? texts.cancel : texts.order
  }

  function show(message) {
    const line = document.createElement('li')
    const details = document.createElement('details')
    const summary = document.createElement('summary')
    const type = document.createElement('code')
    type.textContent = message.type
    const number = document.createElement('span')
    number.textContent = message.seq === undefined ? '' : `seq ${message.seq}`
    const at = document.createElement('time')
    at.textContent = new Date().toLocaleTimeString(document.documentElement.lang)
    summary.append(at, type, number)
    const whole = document.createElement('pre')
    whole.textContent = JSON.stringify(message, null, 2)
    details.append(summary, whole)
    line.append(details)
    frames.append(line)
    while (frames.children.length > 200) frames.firstChild.remove()
    frames.scrollTop = frames.scrollHeight
  }

  /** A takeaway order of one dish, taken by the waiter of the demo café, whoever listens. */
  async function takeOrder() {
    const email = account.value.startsWith('waiter') ? account.value : 'waiter1@test.com'
    const { results } = await call('/api/cafe/menu-items/?is_active=true&page_size=50', { email })
    const dish = results.find(({ stopped, sold_by_weight: weighed }) => !stopped && !weighed)
    if (!dish) throw new Error(texts.noDish)
    const body = { items: [{ menu_item: dish.id, quantity: 1 }] }
    const { id } = await call('/api/cafe/orders/', { method: 'POST', email, body })
    return { id, email }
  }

  form.addEventListener(
    'submit',
    guarded(async () => (socket ? close() : open())),
  )
  order.addEventListener(
    'click',
    guarded(async () => {
      order.disabled = true
      try {
        if (taken) {
          const { id, email } = taken
          taken = null
          await call(`/api/cafe/orders/${id}/`, { method: 'PATCH', email, body: { status: 'cancelled' } })
        } else taken = await takeOrder()
      } finally {
        refresh()
      }
    }),
  )
  clear.addEventListener('click', () => frames.replaceChildren())
}
