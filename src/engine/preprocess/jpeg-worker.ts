// A thread that decodes and scales JPEG files, one after another, for jpeg-threads.ts.
import { parentPort } from 'node:worker_threads';
import { readJpegHeader } from './jpeg-header.ts';
import type { JpegJob } from './jpeg-threads.ts';
import type { Picture } from './picture.ts';
import { JpegScaler } from './scale-jpeg.ts';

let scaler = new JpegScaler();
let mailbox = new SharedArrayBuffer(0);

parentPort?.on('message', (job: JpegJob) => {
  mailbox = job.mailbox ?? mailbox;
  const picture = scaled(new Uint8Array(mailbox, 0, job.length), job);
  if (picture !== null) new Uint8Array(mailbox).set(picture.pixels);
  parentPort?.postMessage(picture === null ? 0 : picture.channels);
});

function scaled(bytes: Uint8Array, { size, kernel }: JpegJob): Picture | null {
  const header = readJpegHeader(bytes);
  if (header === null) return null;
  try {
    return scaler.scale(bytes, header, size, kernel);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // No memory for it: the image library goes by rows and needs less. What was laid out halfway is not used again.
    scaler = new JpegScaler();
    return null;
  }
}
