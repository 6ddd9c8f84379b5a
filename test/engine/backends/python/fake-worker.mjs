/**
 * Stands for a Python worker: answers frames, and misbehaves as its first argument says. It runs in Node.js, so that no Python is needed to see what
 * becomes of a worker that does not do its duty. Its model is `y = Relu(x)` on float32 [batch, 8], whatever the file holds; a run takes 5 ms.
 */
import { readSync, writeSync } from 'node:fs';

const [behaviour = 'answers'] = process.argv.slice(2);

function readExactly(length) {
  const buffer = Buffer.from(new ArrayBuffer(length));
  for (let have = 0; have < length; ) {
    const count = readSync(0, buffer, have, length - have, null);
    if (count === 0) process.exit(0);
    have += count;
  }
  return buffer;
}

function read() {
  const header = JSON.parse(readExactly(readExactly(4).readUInt32LE()).toString('utf8'));
  return { header, parts: header.bytes.map(readExactly) };
}

function write(header, parts = []) {
  const text = Buffer.from(JSON.stringify({ ...header, bytes: parts.map((part) => part.length) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  for (const part of [length, text, ...parts]) {
    for (let written = 0; written < part.length; ) written += writeSync(1, part, written);
  }
}

/** Its answer to a message of these types, beside what it always says. */
const answers = {
  hello: {
    python: '3.11.0',
    executable: 'fake-worker.mjs',
    numpy: '2.0.0',
    version: '1.30.0',
    providers: ['CPUExecutionProvider'],
  },
  load: {
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 8] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['batch', 8] }],
    threads: 1,
  },
  profile: { path: null },
};

function relu(part) {
  const values = new Float32Array(part.buffer, part.byteOffset, part.length / 4);
  return Buffer.from(values.map((value) => Math.max(0, value)).buffer);
}

let runs = 0;

function wait(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

if (behaviour === 'ignores signals') process.on('SIGTERM', () => {});

for (;;) {
  const { header, parts } = read();
  const { id, type } = header;
  if (behaviour === 'hangs' || (behaviour === 'hangs in run 30' && runs === 30)) wait(600_000);
  if (behaviour === 'ignores signals') setInterval(() => {}, 1000);
  if (behaviour === 'ignores signals') break; // the event loop goes on, and nothing is answered any more
  if (behaviour === 'is killed' || (behaviour === 'is killed in run 30' && runs === 30))
    process.kill(process.pid, 'SIGKILL');
  // As a debugger, or a shell's Ctrl-Z, would leave it.
  if (behaviour === 'is stopped in run 30' && runs === 30) process.kill(process.pid, 'SIGSTOP');
  if (behaviour === 'ends') {
    process.stderr.write('a library said good-bye\n');
    process.exit(7);
  }
  if (behaviour === 'prints') writeSync(1, 'Loading the model... done\n');
  if (behaviour === 'answers another') write({ type: 'ok', id: id + 1 });
  if (behaviour === 'has no memory') write({ type: 'error', id, code: 'OUT_OF_MEMORY', message: 'no 5 GiB are free' });
  else if (type === 'run') {
    runs++;
    const started = process.hrtime.bigint();
    wait(5);
    const insideNs = Number(process.hrtime.bigint() - started) * (behaviour === 'claims too much' ? 1000 : 1);
    const tensors = header.tensors.map(({ type, dims }) => ({ name: 'y', type, dims }));
    write({ type: 'ok', id, tensors, insideNs, deviceNs: null, preparationNs: 0 }, parts.map(relu));
  } else write({ type: 'ok', id, asked: header, ...answers[type] }, parts);
}
