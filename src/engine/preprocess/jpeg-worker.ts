// A thread that decodes and scales JPEG files, one after another, for jpeg-threads.ts.
import { parentPort } from 'node:worker_threads';
import { readJpegHeader } from './jpeg-header.ts';
import type { JpegJob } from './jpeg-threads.ts';
import { JpegScaler } from './scale-jpeg.ts';

const scaler = new JpegScaler();
let mailbox = new SharedArrayBuffer(0);

parentPort?.on('message', ({ mailbox: larger, length, size, kernel }: JpegJob) => {
  mailbox = larger ?? mailbox;
  const bytes = new Uint8Array(mailbox, 0, length);
  const header = readJpegHeader(bytes);
  const picture = header === null ? null : scaler.scale(bytes, header, size, kernel);
  if (picture !== null) new Uint8Array(mailbox).set(picture.pixels);
  parentPort?.postMessage(picture === null ? 0 : picture.channels);
});
