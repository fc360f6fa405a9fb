'use strict';

/** What each option is set with, in the order in which the code names them. */
const OPTIONS = {
  width: 'number',
  height: 'number',
  offset: 'number',
  quality: 'number',
  fontsize: 'number',
  length: 'number',
  charset: 'text',
  format: 'choice',
  level: 'choice',
  color: 'color',
  background: 'color',
  kind: 'choice',
  operators: 'text',
  min: 'number',
  max: 'number',
  terms: 'number',
  theme: 'choice',
  frames: 'number',
  delay: 'number',
  loop: 'number',
  font: 'text',
  text: 'text',
};
const NAMES = Object.keys(OPTIONS);
const NUMBERS = NAMES.filter((name) => OPTIONS[name] === 'number');
const COLORS = NAMES.filter((name) => OPTIONS[name] === 'color');

/** How many samples at most: of large pictures the server draws fewer at once. */
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
  return Object.fromEntries(
    NAMES.map((name) => [name, changed(name)]).filter(([, value]) => value !== undefined),
  );
}

function changed(name) {
  if (OPTIONS[name] === 'choice') {
    const input = document.querySelector(`input[name="${name}"]:checked`);
    return input.defaultChecked ? undefined : input.value;
  }
  if (OPTIONS[name] === 'color') {
    const kind = chosen(`${name}-kind`);
    return (kind === 'own' ? at(name).value : kind) || undefined;
  }
  const { value, defaultValue, disabled } = at(name);
  // Cleared means the default, and so does what the package reads as the default.
  const same = OPTIONS[name] === 'number' && Math.trunc(value) === Number(defaultValue);
  return disabled || value === '' || value === defaultValue || same ? undefined : value;
}

/** Sets the controls as an address says, so that what somebody found can be shared and reloaded. */
function restore(query) {
  for (const name of NAMES.filter((name) => query.has(name))) {
    const value = query.get(name);
    if (OPTIONS[name] === 'choice') {
      choose(name, value);
    } else if (OPTIONS[name] !== 'color') {
      at(name).value = value;
    } else if (value && (value === 'own' || !choose(`${name}-kind`, value))) {
      choose(`${name}-kind`, 'own');
      at(name).value = value;
    }
  }
}

/** Makes the controls that show the same thing agree, and dims those that have no say. */
function arrange() {
  const ownText = at('text').value !== '';
  const isMath = chosen('kind') === 'math';
  const idle = { quality: chosen('format') !== 'jpeg' };
  for (const name of ['frames', 'delay', 'loop']) idle[name] = chosen('format') !== 'gif';
  for (const name of ['length', 'charset']) idle[name] = ownText || isMath;
  for (const name of ['operators', 'min', 'max', 'terms']) idle[name] = ownText || !isMath;
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
    const long = at(name).value.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
    if (/^#[\da-f]{6}$/i.test(long)) at(`${name}-picker`).value = long;
  }
}

/* What is drawn */

let current = 0;
let drawing = false;
let waiting = false;
let settling;
let samplesRequest;

/** Asks for pictures; gives what came, or the errors that the package threw. */
async function ask(given, count, signal) {
  const query = new URLSearchParams({ ...given, count });
  const response = await fetch(`pictures?${query}`, { signal });
  if (/^application\/json/.test(response.headers.get('Content-Type'))) return response.json();
  // Not the playground's own answer: a proxy's, or Node's to an address that is far too long.
  return { errors: [{ message: `The server refused this with status ${response.status}.` }] };
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
    at('more').inert = Boolean(answer.errors);
    if (answer.errors) say(answer.errors.map(({ message }) => message).join(' '));
    else showSamples(answer.pictures);
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

function showAnswer(given, { errors = [], pictures, format, width, height, ms }) {
  showErrors(errors);
  if (errors.length > 0) return;
  const [{ text, size, src }] = pictures;
  const picture = at('picture');
  picture.style.setProperty('--width', width);
  picture.style.setProperty('--height', height);
  picture.src = src;
  picture.alt = isSum(given) ? `A sum that makes ${text}` : `A captcha that says ${text}`;
  picture.hidden = false;
  at('says').textContent = text;
  at('pixels').textContent = `${width} \u00d7 ${height} px`;
  at('size').textContent = `${bytes(size)} ${format === 'webp' ? 'WebP' : format.toUpperCase()}`;
  at('time').textContent = `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
  // Of other letters there are no recordings.
  at('listen').hidden = !/^[\w +\-−*×/÷=]+$/.test(text) || /_/.test(text);
  const download = at('download');
  download.href = src;
  download.download = `captcha.${format}`;
  download.hidden = false;
  showCode(given);
}

/** Whether what is typed is not what the picture says. */
function isSum({ kind, text }) {
  return kind === 'math' && !text;
}

function bytes(count) {
  return count < 1000 ? `${count} B` : `${(count / 1000).toFixed(count < 10_000 ? 2 : 1)} kB`;
}

/** Shows each error at the control that it names, and puts away what is still there of the options of before. */
function showErrors(errors) {
  for (const name of NAMES) {
    const error = errors.find(({ option }) => option === name);
    const message = at(`${name}-error`);
    message.textContent = error?.message ?? '';
    message.hidden = !error;
    const control = at(name) ?? message.parentElement.querySelector('[role="radiogroup"]');
    control.ariaInvalid = error ? 'true' : null;
  }
  const wrong = errors.length > 0;
  const homeless = errors.filter(({ option }) => !NAMES.includes(option));
  at('none').textContent =
    homeless.map(({ message }) => message).join(' ') || 'These options make no picture.';
  at('none').hidden = !wrong;
  for (const id of ['picture', 'facts', 'listen', 'download', 'source']) at(id).inert = wrong;
  // Samples of other options follow later.
  if (wrong) at('more').inert = true;
}

/** In the places of those before, so that nothing flickers. */
function showSamples(pictures) {
  const list = at('samples');
  while (list.children.length > pictures.length) list.lastChild.remove();
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
  at('more').hidden = false;
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
  at('code').textContent = source;
}

function codeOf({ text, ...given }, style) {
  const options = Object.entries(given);
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
    `${name}: ${OPTIONS[name] === 'number' ? Math.trunc(value) : quoted(value)}`;
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
  if (at('none').hidden) say(`New picture: ${at('says').textContent}`);
});
at('retry').addEventListener('click', again);

/** What is playing, so that another text does not talk over it. */
let sound;

at('listen').addEventListener('click', async () => {
  sound?.pause();
  sound = new Audio(`speech?${new URLSearchParams({ text: at('says').textContent })}`);
  try {
    await sound.play();
  } catch {
    say('The text cannot be played.');
  }
});
at('copy').addEventListener('click', copy);
at('zooms').addEventListener('change', () => {
  at('view').style.setProperty('--zoom', chosen('zoom'));
});
at('styles').addEventListener('change', () => showCode(changes()));

restore(new URLSearchParams(location.search));
arrange();
again();
