'use strict';

const form = document.getElementById('form');
const picture = document.getElementById('picture');
const refresh = document.getElementById('refresh');
const code = document.getElementById('code');
const submit = document.getElementById('submit');
const outcome = document.getElementById('outcome');

let pid;
let busy = false;

function say(text, kind = '') {
  outcome.textContent = text;
  outcome.dataset.kind = kind;
}

async function request(options) {
  const response = await fetch('verification', options);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

function showPicture(answer) {
  pid = answer?.pid;
  // Each picture is good for one try: without one there is nothing to type or to send.
  picture.hidden = !pid;
  code.disabled = !pid;
  submit.disabled = !pid;
  code.value = '';
  if (pid) picture.src = answer.img;
}

async function fetchPicture() {
  showPicture(await request());
}

// The buttons stay enabled while something is under way: disabling the one that was pressed
// would lose the focus.
async function exclusively(action) {
  if (busy) return;
  busy = true;
  form.setAttribute('aria-busy', 'true');
  try {
    await action();
  } catch {
    showPicture();
    say('The service does not answer. Please try a new picture in a moment.', 'wrong');
    refresh.focus();
  }
  form.removeAttribute('aria-busy');
  busy = false;
}

refresh.addEventListener('click', () => {
  exclusively(async () => {
    say('');
    await fetchPicture();
    code.focus();
  });
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  exclusively(async () => {
    if (code.value.trim() === '') {
      say('Please type what the picture shows.', 'wrong');
      code.focus();
      return;
    }
    say('');
    const { ok } = await request({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ pid, code: code.value }),
    });
    if (ok) {
      showPicture();
      say('That is right.', 'right');
      refresh.focus();
      return;
    }
    await fetchPicture();
    say('That was not right, or too late. Here is a new picture.', 'wrong');
    code.focus();
  });
});

exclusively(fetchPicture);

// Who comes back to this page out of the browser's memory finds its picture used up, or too old.
addEventListener('pageshow', (event) => {
  if (event.persisted) exclusively(fetchPicture);
});
