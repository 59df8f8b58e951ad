// Copy buttons and the live state. The page says everything without them.

const { copy, copied } = document.body.dataset

const sheets = 'M5.5 5.5v-3h8v8h-3 M2.5 5.5h8v8h-8z'
const tick = 'M3 8.5l3.5 3.5L13 4.5'

for (const element of document.querySelectorAll('[data-copyable]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  button.title = copy
  button.setAttribute('aria-label', copy)
  button.append(icon('sheets', sheets), icon('tick', tick))
  button.addEventListener('click', () => copyText(element, button))
  const frame = document.createElement('span')
  frame.className = element.matches('pre') ? 'copyable block' : 'copyable'
  element.replaceWith(frame)
  frame.append(element, button)
}

function icon(name, path) {
  const namespace = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('class', name)
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(namespace, 'path')
  for (const [key, value] of Object.entries({
    d: path,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.5',
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  })) {
    line.setAttribute(key, value)
  }
  svg.append(line)
  return svg
}

async function copyText(element, button) {
  try {
    // only secure origins have a clipboard; a tablet on http://192.168.… gets the text selected instead
    await navigator.clipboard.writeText(element.textContent)
    button.classList.add('done')
    button.title = copied
    setTimeout(() => {
      button.classList.remove('done')
      button.title = copy
    }, 1500)
  } catch {
    getSelection().selectAllChildren(element)
  }
}

const state = document.querySelector('.state')

async function showState() {
  const { now, away = [] } = await readiness()
  state.dataset.now = now
  state.textContent = [state.dataset[now], away.join(', ')].join(' ')
  state.hidden = false
}

async function readiness() {
  try {
    const reply = await fetch('/readyz', { cache: 'no-store' })
    if (!reply.ok) return { now: 'unready' }
    const { degraded: away = [] } = await reply.json()
    return { now: away.length > 0 ? 'degraded' : 'ready', away }
  } catch {
    return { now: 'away' }
  }
}

void showState()
setInterval(() => {
  if (!document.hidden) void showState()
}, 5000)
