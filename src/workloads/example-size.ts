/** A plausible size for a dynamic dimension of a model's input, for the line that a message proposes; never used to measure. */
export function exampleSize(
  input: { readonly name: string; readonly type: string; readonly shape: readonly (number | string | null)[] },
  axis: number,
  inputs: readonly { readonly name: string }[],
): number {
  const { shape } = input;
  const name = String(shape[axis] ?? '').toLowerCase();
  if (/channel/.test(name)) return 3;
  if (/state|hidden|cache|past|memory/.test(input.name) || /^[hc]\d*$/.test(input.name)) return 1;
  if (shape.length === 4 && !input.type.startsWith('int')) return pictureSize(shape, axis);
  if (axis === 0) return 1;
  if (input.type.startsWith('int')) return 128;
  // A model that is told the sampling rate hears audio piece by piece: 512 samples are 32 ms at 16 kHz. Others hear a second.
  if (shape.length === 2 && inputs.some((other) => isSamplingRate(other.name))) return 512;
  if (/seq|len|token|time|frame/.test(name)) return 128;
  if (shape.length === 2) {
    return /audio|wav|signal|speech|sound|samples/.test(input.name) ? 16_000 : 128;
  }
  // Speech as [batch, time, features] or [batch, features, time]: 80 Mel bands are customary.
  if (shape.length === 3) return axis === 1 && shape[2] === null ? 128 : typeof shape[1] === 'number' ? 128 : 80;
  return 1;
}

/** Whether an input of this name is the sampling rate of audio. */
export function isSamplingRate(name: string): boolean {
  return /^(sr|rate|sample_?rate|sampling_?rate)$/i.test(name);
}

/** NCHW or, with the channels last, NHWC. A low fixed height is a line of text; otherwise pictures are square. */
function pictureSize(shape: readonly (number | string | null)[], axis: number): number {
  const channelsLast = typeof shape[3] === 'number' && shape[3] <= 4 && typeof shape[1] !== 'number';
  const [channels, height, width] = channelsLast ? [3, 1, 2] : [1, 2, 3];
  if (axis === channels) return 3;
  if (axis === 0) return 1;
  const other = shape[axis === height ? width : height];
  if (typeof other !== 'number') return 224;
  return axis === width && other <= 64 ? 320 : other;
}
