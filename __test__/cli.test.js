const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const ccap = require('..');
const { bin, version } = require('../package.json');
const { FORMATS, LIMITS, decode, hash, thrownBy, until } = require('./helpers.js');

const COMMAND = path.join(__dirname, '..', bin['ccap-rs']);
const NAMES = Object.keys(ccap.prototype).filter((name) => name !== 'generate');
const onWindows = process.platform === 'win32';

function start(args, { cwd, env, stdio } = {}) {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...own } = process.env;
  return spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...own, ...env }, stdio });
}

/** Runs the command to its end: its exit code and what it wrote. */
async function ccapRs(args, options) {
  const child = start(args, options);
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const output = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr']) {
    child[name]?.on('data', (chunk) => output[name].push(chunk));
  }
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  const stdout = Buffer.concat(output.stdout);
  return {
    code,
    signal,
    bytes: stdout,
    stdout: `${stdout}`,
    stderr: `${Buffer.concat(output.stderr)}`,
  };
}

function folder(t) {
  const path_ = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-rs-'));
  t.after(() => fs.rmSync(path_, { recursive: true, force: true }));
  return path_;
}

async function assertUsageError(args, message, command = `ccap-rs ${args[0]}`) {
  const { code, stdout, stderr } = await ccapRs(args);
  assert.equal(stderr, `${command}: ${message}\nTry '${command} --help'.\n`);
  assert.deepEqual([code, stdout], [2, '']);
}

async function assertFailure(args, message, options) {
  const { code, stdout, stderr } = await ccapRs(args, options);
  assert.equal(stderr, `ccap-rs: ${message}\n`);
  assert.deepEqual([code, stdout], [1, '']);
}

test('help is data, and what is wrong is not', async () => {
  const general = await ccapRs(['--help']);
  assert.deepEqual([general.code, general.stderr], [0, '']);
  assert.match(general.stdout, /^Usage: ccap-rs <command>/);
  for (const args of [['-h'], ['help']]) {
    assert.deepEqual(await ccapRs(args), general);
  }
  for (const command of ['draw', 'dataset', 'serve']) {
    assert.ok(general.stdout.includes(`\n  ${command} `), command);
    const help = await ccapRs([command, '--help']);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.ok(help.stdout.startsWith(`Usage: ccap-rs ${command} `));
    assert.deepEqual(await ccapRs(['help', command]), help);
    assert.deepEqual(await ccapRs([command, '--nonsense', '-h']), help);
    for (const name of command === 'serve' ? [] : NAMES) {
      assert.match(help.stdout, new RegExp(`\n  --${name} [A-Z]+ `));
      const [least, most] = LIMITS[name] ?? [];
      if (least) {
        assert.match(
          help.stdout,
          new RegExp(`--${name} .*${least} to ${most} \\(${ccap()[name]}\\)`),
        );
      }
    }
    assert.ok(help.stdout.split('\n').every((line) => line.length <= 88));
  }
  for (const flag of ['--version', '-v']) {
    const { code, stdout } = await ccapRs([flag]);
    assert.deepEqual([code, stdout], [0, `${version}\n`]);
  }
});

test('what makes no sense ends with 2 and a hint', async () => {
  await assertUsageError([], 'a command is missing', 'ccap-rs');
  await assertUsageError(['paint'], "there is no command 'paint'", 'ccap-rs');
  await assertUsageError(['help', '__proto__'], "there is no command '__proto__'", 'ccap-rs');
  await assertUsageError(['--nonsense'], "there is no option '--nonsense'", 'ccap-rs');
  await assertUsageError(['draw'], '-o FILE is missing; -o - is stdout');
  await assertUsageError(['draw', '-o'], '-o needs a value');
  await assertUsageError(['draw', '--width', '-o', 'a.png'], '--width needs a value');
  await assertUsageError(['draw', '--width=', '-o', 'a.png'], '--width needs a value');
  await assertUsageError(['draw', '--wide', '5', '-o', 'a.png'], "Unknown option '--wide'");
  await assertUsageError(
    ['draw', 'A', 'B', '-o', 'a.png'],
    'one TEXT is drawn, but there are 2: put quotes around it',
  );
  await assertUsageError(
    ['draw', 'A', '--length', '3', '-o', 'a.png'],
    '--length is for a random text, but there is a TEXT',
  );
  await assertUsageError(
    ['draw', '-o', 'a.tiff'],
    "'.tiff' is none of .jpg, .jpeg, .png, .webp, .gif, .bmp, .svg: name one with --format",
  );
  await assertUsageError(['dataset', '-n', '3'], 'DIR is missing');
  await assertUsageError(['dataset', 'x', 'y', '-n', '3'], 'one DIR is filled at a time');
  await assertUsageError(['dataset', 'x'], '-n COUNT is missing');
  for (const count of ['0', '1.5', 'many', '1e3']) {
    await assertUsageError(
      ['dataset', 'x', '-n', count],
      `-n must be a whole number from 1, not '${count}'`,
    );
  }
  for (const port of ['65536', 'http']) {
    await assertUsageError(
      ['serve', '--port', port],
      `--port must be a whole number from 0 to 65535, not '${port}'`,
    );
  }
  await assertUsageError(['serve', 'here'], "'here' is too much: serve takes options alone");
});

test('what the package refuses, the command refuses in its words', async (t) => {
  const cwd = folder(t);
  for (const [name, value] of [
    ['width', '5'],
    ['width', '0'],
    ['quality', 'best'],
    ['format', 'tiff'],
    ['color', 'red'],
  ]) {
    const { message } = thrownBy(() => ccap({ [name]: value }));
    await assertUsageError(['draw', `--${name}=${value}`, '-o', path.join(cwd, 'a.png')], message);
    await assertUsageError(
      ['dataset', path.join(cwd, 'd'), '-n', '3', `--${name}`, value],
      message,
    );
  }
  for (const text of ['', 'я']) {
    const { message } = thrownBy(() => ccap.render(text));
    await assertUsageError(['draw', text, '-o', path.join(cwd, 'a.png')], message);
  }
  assert.deepEqual(fs.readdirSync(cwd), []);
});

test('draw: the format is that of the ending, or of --format', async (t) => {
  const cwd = folder(t);
  const cases = [
    ...FORMATS.map((format) => [`a.${format}`, [], format]),
    ['a.jpg', [], 'jpeg'],
    ['A.PNG', [], 'png'],
    ['plain', [], 'jpeg'],
    ['a.b.dat', ['--format', 'gif'], 'gif'],
    ['b.png', ['--format=webp'], 'webp'],
  ];
  for (const [file, flags, format] of cases) {
    const { code, stdout, stderr } = await ccapRs(['draw', '-o', file, ...flags], { cwd });
    assert.deepEqual([code, stderr], [0, ''], file);
    assert.match(stdout, /^[23CDFHJKLMTVX]{6}\n$/);
    const decoded = await decode(fs.readFileSync(path.join(cwd, file)));
    assert.deepEqual([decoded.format, decoded.width, decoded.height], [format, 256, 60], file);
  }
});

test('draw: every option is a flag', async (t) => {
  const cwd = folder(t);
  const draw = async (...flags) => {
    const result = await ccapRs(['draw', '-o', 'a.png', ...flags], { cwd });
    assert.deepEqual([result.code, result.stderr], [0, ''], flags.join(' '));
    return { ...result, image: fs.readFileSync(path.join(cwd, 'a.png')) };
  };
  const { stdout } = await draw('--length', '9', '--charset', 'xy');
  assert.match(stdout, /^[xy]{9}\n$/);
  const { image } = await draw(
    ...['--width=300', '--height', '90', '--color', '#123456', '--background=#fedcba'],
    ...['--level', 'easy', '--offset', '30', '--fontsize', '40'],
  );
  const { width, height, pixels } = await decode(image);
  assert.deepEqual([width, height], [300, 90]);
  assert.ok(pixels.includes(Buffer.from('123456', 'hex')));
  assert.ok(pixels.includes(Buffer.from('fedcba', 'hex')));
  const size = async (...flags) => (await draw('AB', '--format=jpeg', ...flags)).image.length;
  assert.ok((await size('--quality', '1')) < (await size('--quality', '100')));
  assert.equal((await draw('--', '-3')).stdout, '', 'a TEXT that looks like a flag');
});

test('draw: a text that was given is not printed', async (t) => {
  const cwd = folder(t);
  const colors = ['--color=#000', '--background=#fff', '--level=easy'];
  const { code, stdout, stderr } = await ccapRs(['draw', '3 + 4 = ?', '-o', 'a.png', ...colors], {
    cwd,
  });
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
  assert.equal((await decode(fs.readFileSync(path.join(cwd, 'a.png')))).format, 'png');
});

test('draw: -o - writes the picture to stdout and its text to stderr', async () => {
  const drawn = await ccapRs([
    'draw',
    '-o',
    '-',
    '--format',
    'bmp',
    '--width=1024',
    '--height=512',
  ]);
  assert.equal(drawn.code, 0);
  assert.match(drawn.stderr, /^[23CDFHJKLMTVX]{6}\n$/);
  const { format, width, height } = await decode(drawn.bytes);
  assert.deepEqual([format, width, height], ['bmp', 1024, 512]);
  const given = await ccapRs(['draw', 'AB', '-o-']);
  assert.deepEqual([given.code, given.stderr, (await decode(given.bytes)).format], [0, '', 'jpeg']);
});

test('draw: whoever reads no further is no failure', async () => {
  for (const args of [
    ['draw', '-o', '-', '--format=bmp', '--width=1024', '--height=512'],
    ['--help'],
  ]) {
    const child = start(args);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal], [0, null]);
    assert.doesNotMatch(stderr, /EPIPE|Error/);
  }
});

test('draw: an existing file is overwritten as cp does it', { skip: onWindows }, async (t) => {
  const cwd = folder(t);
  const file = path.join(cwd, 'a.png');
  fs.writeFileSync(file, 'x'.repeat(100_000), { mode: 0o600 });
  fs.symlinkSync('a.png', path.join(cwd, 'link.png'));
  const { ino } = fs.statSync(file);
  assert.equal((await ccapRs(['draw', '-o', 'link.png'], { cwd })).code, 0);
  const after = fs.statSync(file);
  assert.deepEqual([after.ino, after.mode & 0o777], [ino, 0o600]);
  assert.equal((await decode(fs.readFileSync(file))).format, 'png');
  assert.ok(fs.lstatSync(path.join(cwd, 'link.png')).isSymbolicLink());
});

test('what cannot be written is said, and ends with 1', async (t) => {
  const cwd = folder(t);
  await assertFailure(
    ['draw', '-o', 'no/a.png'],
    'cannot write no/a.png: no such file or directory',
    { cwd },
  );
  fs.mkdirSync(path.join(cwd, 'd.png'));
  await assertFailure(
    ['draw', '-o', 'd.png'],
    'cannot write d.png: illegal operation on a directory',
    { cwd },
  );
  fs.writeFileSync(path.join(cwd, 'file'), 'x');
  await assertFailure(
    ['dataset', 'file', '-n', '3'],
    `cannot draw into file${path.sep}manifest.tsv: not a directory`,
    { cwd },
  );
  if (fs.existsSync('/dev/full')) {
    const full = fs.openSync('/dev/full', 'w');
    t.after(() => fs.closeSync(full));
    const { code, stderr } = await ccapRs(['draw', 'A', '-o', '-'], {
      stdio: ['ignore', full, 'pipe'],
    });
    assert.equal(stderr, 'ccap-rs: cannot write to stdout: no space left on device\n');
    assert.equal(code, 1);
    await assertFailure(
      ['dataset', '/proc/x', '-n', '3'],
      'cannot draw into /proc/x: no such file or directory',
    );
  }
});

/** What readers of a data set read: the pictures that the manifest names, with their texts. */
async function readDataset(dir, format = 'png') {
  const lines = fs.readFileSync(path.join(dir, 'manifest.tsv'), 'utf8').split('\n');
  assert.equal(lines.pop(), '');
  const hashes = new Set();
  const rows = lines.map((line) => line.split('\t'));
  for (const [i, row] of rows.entries()) {
    assert.equal(row.length, 2);
    assert.equal(row[0], `${String(i).padStart(6, '0')}.${format}`);
    const image = fs.readFileSync(path.join(dir, row[0]));
    hashes.add(hash(image));
    assert.equal((await decode(image)).format, format);
  }
  assert.equal(hashes.size, rows.length);
  return rows;
}

test('dataset: pictures, and a manifest of what they show', async (t) => {
  const cwd = folder(t);
  const dir = path.join(cwd, 'a/b');
  const { code, stdout, stderr } = await ccapRs(['dataset', 'a/b', '-n', '25'], { cwd });
  assert.deepEqual([code, stdout, stderr], [0, '25 pictures in a/b\n', '']);
  const rows = await readDataset(dir);
  assert.equal(rows.length, 25);
  assert.ok(rows.every(([, text]) => /^[23CDFHJKLMTVX]{6}$/.test(text)));
  assert.deepEqual(
    fs.readdirSync(dir).sort(),
    [...rows.map(([name]) => name), 'dataset.json', 'manifest.tsv'].sort(),
  );
  const options = JSON.parse(fs.readFileSync(path.join(dir, 'dataset.json'), 'utf8'));
  const captcha = ccap({ format: 'png' });
  assert.deepEqual(options, Object.fromEntries(NAMES.map((name) => [name, captcha[name]])));

  const given = {
    ...{ width: 200, height: 70, offset: 30, quality: 80, fontsize: 50, length: 4, charset: 'abc' },
    ...{ format: 'webp', level: 'easy', color: '#000', background: 'random' },
    ...{ kind: 'text', operators: '+×', min: 2, max: 9, terms: 3, theme: 'dark' },
    ...{ frames: 4, delay: 150, loop: 2, font: 'nunito-black' },
  };
  assert.deepEqual(Object.keys(given).sort(), [...NAMES].sort());
  const flags = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  assert.equal((await ccapRs(['dataset', 'all', '-n', '2', ...flags], { cwd })).code, 0);
  await readDataset(path.join(cwd, 'all'), 'webp');
  const all = fs.readFileSync(path.join(cwd, 'all/dataset.json'), 'utf8');
  assert.deepEqual(JSON.parse(all), given);

  const jpegs = ['dataset', 'jpegs', '-n', '3', '--format', 'jpeg', '--length', '4', '--width=128'];
  assert.equal((await ccapRs(jpegs, { cwd })).code, 0);
  const [[name, text]] = await readDataset(path.join(cwd, 'jpegs'), 'jpeg');
  assert.equal(text.length, 4);
  assert.equal((await decode(fs.readFileSync(path.join(cwd, 'jpegs', name)))).width, 128);
});

test('dataset: the same command adds what is missing, another one is refused', async (t) => {
  const cwd = folder(t);
  const dir = path.join(cwd, 'd');
  const draw = (...args) => ccapRs(['dataset', 'd', ...args], { cwd });
  await draw('-n', '10');
  const first = await readDataset(dir);
  const more = await draw('-n', '15');
  assert.deepEqual([more.code, more.stdout], [0, '15 pictures in d\n']);
  assert.equal(more.stderr, '10 of 15 pictures are there; going on\n');
  assert.deepEqual((await readDataset(dir)).slice(0, 10), first);
  const fewer = await draw('-n', '5');
  assert.deepEqual([fewer.code, fewer.stdout], [0, '15 pictures in d\n']);

  const refused = await draw('-n', '20', '--level', 'hard');
  assert.equal(refused.code, 1);
  assert.equal(
    refused.stderr,
    'ccap-rs: cannot draw into d: its pictures were drawn with another level (normal, not hard); --overwrite begins anew\n',
  );
  assert.equal((await readDataset(dir)).length, 15);
  const anew = await draw('-n', '4', '--level', 'hard', '--overwrite');
  assert.deepEqual([anew.code, anew.stdout], [0, '4 pictures in d\n']);
  assert.equal((await readDataset(dir)).length, 4);
  assert.equal((await draw('-n', '6', '--level', 'hard')).code, 0);

  fs.writeFileSync(path.join(dir, 'manifest.tsv'), 'photo.png\tA\n');
  const foreign = await draw('-n', '6', '--level', 'hard');
  assert.equal(foreign.code, 1);
  assert.match(
    foreign.stderr,
    /line 1 of its manifest\.tsv is not of a picture that this command drew/,
  );
  assert.equal(fs.readFileSync(path.join(dir, 'manifest.tsv'), 'utf8'), 'photo.png\tA\n');
  fs.writeFileSync(path.join(dir, 'manifest.tsv'), '000000.png\tA\n');
  fs.rmSync(path.join(dir, 'dataset.json'));
  assert.match((await draw('-n', '6')).stderr, /no dataset\.json that says how they were drawn/);
});

test('dataset: a line without an end and a picture without a line are drawn anew', async (t) => {
  const dir = folder(t);
  await ccapRs(['dataset', dir, '-n', '10']);
  const manifest = path.join(dir, 'manifest.tsv');
  const whole = fs.readFileSync(manifest, 'utf8');
  for (const cut of [1, 7, 12, 18]) {
    fs.writeFileSync(manifest, whole.slice(0, -cut));
    fs.writeFileSync(path.join(dir, '000009.png'), 'half a pic');
    const { code, stdout } = await ccapRs(['dataset', dir, '-n', '10']);
    assert.deepEqual([code, stdout], [0, `10 pictures in ${dir}\n`]);
    const rows = await readDataset(dir);
    assert.equal(rows.length, 10);
    assert.deepEqual(
      rows.slice(0, 8).map((row) => row.join('\t')),
      whole.split('\n').slice(0, 8),
    );
  }
});

test('dataset: killed at any moment, it goes on where it was', async (t) => {
  const dir = folder(t);
  const manifest = path.join(dir, 'manifest.tsv');
  const args = ['dataset', dir, '-n', '100000'];
  let length = 0;
  for (let round = 0; round < 6; round++) {
    const child = start(args);
    child.stdout.resume();
    child.stderr.resume();
    const end = once(child, 'close');
    const sizeBefore = fs.existsSync(manifest) ? fs.statSync(manifest).size : 0;
    await until(
      () => fs.existsSync(manifest) && fs.statSync(manifest).size > sizeBefore + 500 * round,
    );
    child.kill('SIGKILL');
    await end;
    const lines = fs.readFileSync(manifest, 'utf8').split('\n').length - 1;
    assert.ok(lines > length, `${lines} after ${length}`);
    length = lines;
  }
  const { code, stdout } = await ccapRs(['dataset', dir, '-n', String(length + 20)]);
  assert.deepEqual([code, stdout], [0, `${length + 20} pictures in ${dir}\n`]);
  assert.equal((await readDataset(dir)).length, length + 20);
});

test('dataset: a signal stops it between two pictures', { skip: onWindows }, async (t) => {
  for (const name of ['SIGINT', 'SIGTERM']) {
    const dir = folder(t);
    const manifest = path.join(dir, 'manifest.tsv');
    const child = start(['dataset', dir, '-n', '10000000']);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await until(() => fs.existsSync(manifest) && fs.statSync(manifest).size > 2000);
    child.kill(name);
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal], [null, name]);
    const { length } = await readDataset(dir);
    const last = stderr.trimEnd().split('\n').pop();
    assert.equal(
      last,
      `Stopped: ${length} of 10000000 pictures are in ${dir}. The same command goes on.`,
    );
  }
});

test('dataset: two at once are noticed', async (t) => {
  const dir = folder(t);
  const manifest = path.join(dir, 'manifest.tsv');
  const child = start(['dataset', dir, '-n', '10000000']);
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await until(() => fs.existsSync(manifest) && fs.statSync(manifest).size > 2000);
  fs.appendFileSync(manifest, '000000.png\tA\n');
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /another process draws into it; draw it anew with --overwrite; \d+ of 10000000/,
  );
});

test('dataset: progress is a line now and then, or a bar on a terminal', async (t) => {
  const cwd = folder(t);
  const { stderr } = await ccapRs(['dataset', 'd', '-n', '2500'], { cwd });
  assert.equal(stderr, '1000 of 2500 pictures\n2000 of 2500 pictures\n');

  // util-linux's script gives a command a terminal of its own.
  const probe = spawn('script', ['-qec', 'exit 3', path.join(cwd, 'log')], { stdio: 'ignore' });
  const [hasScript] = await Promise.race([
    once(probe, 'close').then(([code]) => [code === 3]),
    once(probe, 'error').then(() => [false]),
  ]);
  if (!hasScript) {
    return t.diagnostic('no script(1) that gives a terminal');
  }
  const command = `"${process.execPath}" "${COMMAND}" dataset e -n 300`;
  const terminal = spawn('script', ['-qec', command, path.join(cwd, 'log')], {
    cwd,
    env: { ...process.env, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  terminal.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  const [code] = await once(terminal, 'close');
  assert.equal(code, 0, shown);
  assert.match(shown, /\r\[#{40}\] 300 \/ 300, \d+\/s, [\d.]+ s +\r?\n300 pictures in e\r?\n$/);
  assert.ok(!shown.includes('\u001b'), 'no colours, no escapes');
});

/** Starts `serve` on a free port. */
async function serve(t, args = []) {
  const child = start(['serve', '--port', '0', ...args]);
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  await until(() => output.stdout.includes('\n') || child.exitCode !== null);
  const [, url] = output.stdout.match(/^Playground on (http:\/\/\S+)\/\n$/) ?? [];
  assert.ok(url, output.stderr);
  return { child, url, output };
}

test('speak: a text as a WAV file', async (t) => {
  const cwd = folder(t);
  for (const flags of [[], ['--lang', 'zh'], ['--lang=en', '--no-background']]) {
    const { code, stdout, stderr } = await ccapRs(['speak', 'K7 + 2', '-o', 'a.wav', ...flags], {
      cwd,
    });
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
    const file = fs.readFileSync(path.join(cwd, 'a.wav'));
    assert.deepEqual(
      [file.toString('latin1', 0, 4), file.readUInt32LE(4)],
      ['RIFF', file.length - 8],
    );
    fs.rmSync(path.join(cwd, 'a.wav'));
  }
  await assertUsageError(['speak', '-o', 'a.wav'], 'TEXT is missing');
  await assertUsageError(
    ['speak', 'A', 'B', '-o', 'a.wav'],
    'one TEXT is said, but there are 2: put quotes around it',
  );
  await assertUsageError(['speak', 'A'], '-o FILE is missing; -o - is stdout');
  for (const [args, options] of [
    [['?'], {}],
    [['A', '--lang', 'fr'], { lang: 'fr' }],
  ]) {
    const { message } = thrownBy(() => ccap.speak(args[0], options));
    await assertUsageError(['speak', '-o', 'a.wav', ...args], message);
  }
  await assertFailure(
    ['speak', 'A', '-o', path.join(cwd, 'no/a.wav')],
    `cannot write ${path.join(cwd, 'no/a.wav')}: no such file or directory`,
  );
  assert.deepEqual(fs.readdirSync(cwd), []);
});

test('a font file is a flag', async (t) => {
  const cwd = folder(t);
  const font = path.join(__dirname, '../tests/fonts/postscript.otf');
  const drawn = await ccapRs(['draw', 'éж', '--font-file', font, '-o', 'a.png'], { cwd });
  assert.deepEqual([drawn.code, drawn.stderr], [0, '']);
  assert.equal((await decode(fs.readFileSync(path.join(cwd, 'a.png')))).format, 'png');
  const made = ['dataset', 'd', '-n', '2', '--font-file', font, '--charset', 'éж'];
  assert.equal((await ccapRs(made, { cwd })).code, 0);
  const options = JSON.parse(fs.readFileSync(path.join(cwd, 'd/dataset.json'), 'utf8'));
  assert.equal(options.font, 'file-postscript.otf');
  await assertUsageError(
    ['draw', '--font=nunito-black', '--font-file', font, '-o', path.join(cwd, 'b.png')],
    '--font and --font-file are two ways to say one thing: choose one',
  );
  const none = path.join(cwd, 'none.ttf');
  await assertFailure(
    ['draw', '--font-file', none, '-o', path.join(cwd, 'b.png')],
    `cannot read ${none}: no such file or directory`,
  );
  const { message } = thrownBy(() => ccap.loadFont('a', __filename));
  await assertUsageError(
    ['draw', '--font-file', __filename, '-o', path.join(cwd, 'b.png')],
    message,
  );
});

test('serve: the playground, until a signal', { skip: onWindows }, async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const { child, url, output } = await serve(t);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(await (await fetch(url)).text(), /<title>ccap-rs playground<\/title>/);
    const { pictures } = await (await fetch(`${url}/pictures?format=png`)).json();
    assert.match(pictures[0].src, /^data:image\/png;base64,/);
    // Neither a connection that is kept open nor half a request keeps it.
    const half = net.connect(new URL(url).port, '127.0.0.1').on('error', () => {});
    half.write('GET / HTTP/1.1\r\n');
    t.after(() => half.destroy());
    const end = once(child, 'close');
    child.kill(signal);
    assert.deepEqual(await end, [0, null]);
    assert.equal(output.stderr, '');
  }
});

test('serve: a port in use ends it with 1', async (t) => {
  const { url } = await serve(t);
  const { port } = new URL(url);
  await assertFailure(
    ['serve', '--port', port],
    `cannot listen on port ${port} of 127.0.0.1: address already in use`,
  );
});

test('serve: on another address', async (t) => {
  const { url } = await serve(t, ['--host', 'localhost']);
  assert.equal((await fetch(`${url}/page.css`)).status, 200);
});

test('the command is in the package, executable and found by name', async () => {
  const content = fs.readFileSync(COMMAND, 'utf8');
  assert.ok(content.startsWith('#!/usr/bin/env node\n'));
  if (!onWindows) {
    assert.ok(fs.statSync(COMMAND).mode & 0o100);
  }
});
