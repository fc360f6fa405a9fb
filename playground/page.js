'use strict';

const FIELDS = ['text', 'length', 'charset', 'width', 'height', 'fontsize', 'offset', 'quality'];
const NUMBERS = new Set(['length', 'width', 'height', 'fontsize', 'offset', 'quality']);
const CHOICES = ['level', 'format'];
const COLORS = ['color', 'background'];
/** In the order in which the code names them. */
const ORDER = [
  'width',
  'height',
  'offset',
  'quality',
  'fontsize',
  'length',
  'charset',
  'format',
  'level',
  'color',
  'background',
];

const SAMPLES = 12;
/** For how long nothing may change, in ms, until the samples follow; the picture itself follows at once. */
const SETTLED = 300;
/** In ms; a server that does not answer is told of, not waited for. */
const PATIENCE = 15_000;

const at = (id) => document.getElementById(id);
const form = at('options');

/** The value of the chosen one of a group of radio buttons, which the code's kind has outside of the form. */
const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

function choose(name, value) {
  const input = document.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
  if (input) input.checked = true;
  return Boolean(input);
}

/* What is set */

/** What differs from the defaults, as the page's markup has them: a value for each option, and the text, if any. */
function changes() {
  const given = {};
  for (const name of FIELDS) {
    const { value, defaultValue, disabled } = at(name);
    // Cleared means the default, and so does what the package reads as the default.
    const same = NUMBERS.has(name) && Math.trunc(Number(value)) === Number(defaultValue);
    if (!disabled && value !== '' && value !== defaultValue && !same) given[name] = value;
  }
  for (const name of CHOICES) {
    const input = document.querySelector(`input[name="${name}"]:checked`);
    if (!input.defaultChecked) given[name] = input.value;
  }
  for (const name of COLORS) {
    const kind = chosen(`${name}-kind`);
    const value = kind === 'own' ? at(name).value : kind;
    if (value) given[name] = value;
  }
  return given;
}

/** Sets the controls as an address says, so that what somebody found can be shared and reloaded. */
function restore(query) {
  for (const name of FIELDS) {
    if (query.has(name)) at(name).value = query.get(name);
  }
  for (const name of CHOICES) {
    if (query.has(name)) choose(name, query.get(name));
  }
  for (const name of COLORS) {
    const value = query.get(name);
    if (value && !(value !== 'own' && choose(`${name}-kind`, value))) {
      choose(`${name}-kind`, 'own');
      at(name).value = value;
    }
  }
}

/** Makes the controls that show the same thing agree, and dims those that have no say. */
function arrange() {
  const ownText = at('text').value !== '';
  const idle = { length: ownText, charset: ownText, quality: chosen('format') !== 'jpeg' };
  for (const [name, isIdle] of Object.entries(idle)) {
    const field = form.querySelector(`[data-option="${name}"]`);
    field.classList.toggle('is-idle', isIdle);
    for (const control of field.querySelectorAll('input, button')) control.disabled = isIdle;
  }
  for (const name of NUMBERS) {
    at(`${name}-slider`).value = at(name).value || at(name).defaultValue;
  }
  for (const name of COLORS) {
    at(name).parentElement.hidden = chosen(`${name}-kind`) !== 'own';
    const hex = /^#([\da-f])([\da-f])([\da-f])$/i.exec(at(name).value);
    const long = hex
      ? `#${hex
          .slice(1)
          .map((digit) => digit + digit)
          .join('')}`
      : at(name).value;
    if (/^#[\da-f]{6}$/i.test(long)) at(`${name}-picker`).value = long;
  }
}

/* What is drawn */

let current = 0;
let drawing = false;
let waiting = false;
let settling;
let samplesRequest;

/** Asks for pictures; gives what came, or the error that the package threw. */
async function ask(given, count, signal) {
  const query = new URLSearchParams({ ...given, count });
  const response = await fetch(`pictures?${query}`, { signal });
  if (/^application\/json/.test(response.headers.get('Content-Type'))) return response.json();
  // Not the playground's own answer: a proxy's, or Node's to an address that is far too long.
  return { error: { message: `The server refused this with status ${response.status}.` } };
}

/**
 * Draws the picture anew. One request is under way at a time, and the next one asks for what is set by then: however fast a
 * slider moves, the server is never asked faster than it answers, and no picture comes late.
 */
async function draw() {
  if (drawing) {
    waiting = true;
    return;
  }
  drawing = true;
  do {
    waiting = false;
    const given = changes();
    try {
      const answer = await ask(given, 1, AbortSignal.timeout(PATIENCE));
      at('offline').hidden = true;
      // What has been changed meanwhile is judged by its own answer.
      if (!waiting) showAnswer(given, answer);
    } catch {
      at('offline').hidden = false;
      say('The server does not answer.');
    }
    await new Promise(requestAnimationFrame);
  } while (waiting);
  drawing = false;
}

/** When nothing has changed for a while: the samples, the address, and the error for those who listen. */
async function settle() {
  const mine = ++current;
  samplesRequest?.abort();
  samplesRequest = new AbortController();
  const given = changes();
  const query = new URLSearchParams(given).toString();
  history.replaceState(null, '', query ? `?${query}` : location.pathname);
  try {
    const answer = await ask(given, SAMPLES, samplesRequest.signal);
    if (mine !== current) return;
    if (answer.error) {
      say(answer.error.message);
    } else {
      showSamples(answer.pictures);
    }
  } catch {
    // Of a server that does not answer the picture's own request tells.
  }
}

function change() {
  arrange();
  draw();
  clearTimeout(settling);
  settling = setTimeout(settle, SETTLED);
}

/* What is shown */

function showAnswer(given, { error, pictures, format, width, height, ms }) {
  showError(error);
  if (error) return;
  const [{ text, size, src }] = pictures;
  const picture = at('picture');
  picture.style.setProperty('--width', width);
  picture.style.setProperty('--height', height);
  picture.src = src;
  picture.alt = `A captcha that says ${text}`;
  picture.hidden = false;
  at('says').textContent = text;
  at('pixels').textContent = `${width} \u00d7 ${height} px`;
  at('size').textContent = `${bytes(size)} ${format === 'webp' ? 'WebP' : format.toUpperCase()}`;
  at('time').textContent = `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
  const download = at('download');
  download.href = src;
  download.download = `captcha.${format}`;
  download.hidden = false;
  showCode(given);
}

function bytes(count) {
  return count < 1000 ? `${count} B` : `${(count / 1000).toFixed(count < 10_000 ? 2 : 1)} kB`;
}

/** Shows an error at the control that it names, and takes it from all others. */
function showError(error) {
  for (const field of form.querySelectorAll('[data-option]')) {
    const isIt = error?.option === field.dataset.option;
    const message = at(`${field.dataset.option}-error`);
    message.textContent = isIt ? error.message : '';
    message.hidden = !isIt;
    const control = at(field.dataset.option) ?? field.querySelector('[role="radiogroup"]');
    if (isIt) {
      control.setAttribute('aria-invalid', 'true');
    } else {
      control.removeAttribute('aria-invalid');
    }
  }
  at('view').classList.toggle('is-stale', Boolean(error));
  const none = at('none');
  none.hidden = !error;
  // What names no control of this page is told where the picture would be.
  none.textContent =
    error && at(`${error.option}-error`)
      ? 'These options make no picture.'
      : (error?.message ?? '');
}

function showSamples(pictures) {
  const list = at('samples');
  at('more').hidden = false;
  while (list.children.length < pictures.length) {
    const item = document.createElement('li');
    item.append(document.createElement('img'), document.createElement('span'));
    list.append(item);
  }
  pictures.forEach(({ text, src }, i) => {
    const [image, says] = list.children[i].children;
    image.src = src;
    image.alt = '';
    says.textContent = text;
  });
}

/** Says something to those who listen; a message of before is no news. */
function say(message) {
  const status = at('status');
  if (status.textContent !== message) status.textContent = message;
}

/* The code to copy */

let source = '';

function showCode(given) {
  at('source').hidden = false;
  source = codeOf(given, chosen('style'));
  at('code').replaceChildren(...highlighted(source, chosen('style')));
}

function codeOf({ text, ...given }, style) {
  const options = ORDER.filter((name) => name in given).map((name) => [name, given[name]]);
  if (style === 'shell') {
    const format = given.format ?? 'jpeg';
    const words = ['npx ccap-rs draw'];
    for (const [name, value] of options) {
      if (name !== 'format') words.push(`--${name} ${quotedForShell(value)}`);
    }
    words.push(`-o captcha.${format}`);
    // What begins with a dash is no option once two dashes have been there.
    if (text) words.push(`${text.startsWith('-') ? '-- ' : ''}${quotedForShell(text)}`);
    return words.join(' ');
  }
  const literal = ([name, value]) =>
    `${name}: ${NUMBERS.has(name) ? Math.trunc(Number(value)) : quoted(value)}`;
  const literals = options.map(literal);
  const inLine = literals.length > 0 ? `{ ${literals.join(', ')} }` : '';
  const list =
    inLine.length > 50 ? `{\n${literals.map((line) => `  ${line},\n`).join('')}}` : inLine;
  const first =
    style === 'esm' ? "import ccap from 'ccap-rs';" : "const ccap = require('ccap-rs');";
  const last = text
    ? `const image = ccap.render(${quoted(text)}${list && `, ${list}`});`
    : `const captcha = ccap(${list});\nconst [text, image] = captcha.get();`;
  return `${first}\n\n${last}`;
}

function quoted(value) {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

function quotedForShell(value) {
  return /^[\w.:,+@%/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** The code as spans: strings, numbers and the few keywords that it has. */
function highlighted(code, style) {
  const kinds =
    style === 'shell'
      ? /(?<string>'[^']*')|(?<keyword>(?<=\s)--?[a-z]+)/g
      : /(?<string>'(?:\\.|[^'\\])*')|(?<keyword>\b(?:const|import|from)\b)|(?<literal>\b\d+\b)/g;
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(kinds)) {
    parts.push(code.slice(end, match.index));
    const span = document.createElement('span');
    span.className = Object.keys(match.groups).find((kind) => match.groups[kind] !== undefined);
    span.textContent = match[0];
    parts.push(span);
    end = match.index + match[0].length;
  }
  parts.push(code.slice(end));
  return parts;
}

async function copy() {
  let done = true;
  try {
    await navigator.clipboard.writeText(source);
  } catch {
    // Away from localhost a page without TLS has no clipboard to write to but in this older way.
    getSelection().selectAllChildren(at('code'));
    done = document.execCommand('copy');
  }
  at('copy').textContent = done ? 'Copied' : 'Press Ctrl+C';
  say(done ? 'Code copied' : 'The code is selected');
  setTimeout(() => {
    at('copy').textContent = 'Copy';
    say('');
  }, 2000);
}

/* What is pressed */

form.addEventListener('input', ({ target }) => {
  if (target.type === 'range') at(target.id.replace('-slider', '')).value = target.value;
  if (target.type === 'color') at(target.id.replace('-picker', '')).value = target.value;
  change();
});

form.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-charset]');
  if (button) {
    at('charset').value = button.dataset.charset;
    change();
  }
});

// When the event comes, the controls are not yet reset.
form.addEventListener('reset', () => setTimeout(change));
form.addEventListener('submit', (event) => event.preventDefault());

async function again() {
  await draw();
  settle();
}

at('again').addEventListener('click', async () => {
  await again();
  if (!at('view').classList.contains('is-stale')) say(`New picture: ${at('says').textContent}`);
});
at('retry').addEventListener('click', again);
at('copy').addEventListener('click', copy);
at('zooms').addEventListener('change', () => {
  at('view').style.setProperty('--zoom', chosen('zoom'));
});
at('styles').addEventListener('change', () => showCode(changes()));

restore(new URLSearchParams(location.search));
arrange();
again();
