import { open, readFile } from 'node:fs/promises';
import type { Tensors } from '../engine/backends/backend.ts';
import { elementArray, elementCount } from '../engine/element-array.ts';
import type { Item } from '../engine/pipeline.ts';
import { DataImage } from '../engine/preprocess/data-image.ts';
import { sha256 } from '../kernel/content-hash.ts';
import { DynoError, errorText, InputError } from '../kernel/errors.ts';
import { generatedItem } from './generated-item.ts';
import { readNpy } from './npy.ts';
import type { PreparedData, PreparedInput, PreparedWorkload, TruthLine } from './prepared-workload.ts';

/** The items of a workload as they arrive with a request. */
export interface Items {
  readonly count: number;
  /** How many of them differ: of generated ones counted, of files their number. */
  readonly distinct: number;
  /** Item number `index`; a promise only where it does not fit into memory. */
  item(index: number): Promise<Item> | Item;
  /** Class of the item, null without labels. */
  label(index: number): number | null;
  /** Lines of text that the item shows, null where they are not known. */
  truth(index: number): readonly TruthLine[] | null;
  close(): Promise<void>;
}

/** Data up to this size are read before anything is measured; of larger ones each item is read when it is asked for. */
const inMemoryBytes = 256 * 1024 * 1024;

/** Generated items may take this much: enough to vary the inputs, and little beside the model whose memory is measured. */
const generatedBytes = 64 * 1024 * 1024;

/**
 * Opens the data of a workload. Of generated data it offers as many items as fit into 64 MiB, at least two.
 * @throws DynoError `DATA_UNREADABLE` when a file is missing or shorter than it was when the workload was prepared.
 */
export async function openItems(workload: PreparedWorkload): Promise<Items> {
  const { data, inputs } = workload;
  switch (data.kind) {
    case 'images':
      return workload.preprocess?.augment === undefined ? openImages(data) : withPlaces(await openImages(data));
    case 'npy':
      return openNpy(data, inputs);
    case 'generated':
      return generate(data, inputs);
  }
}

/** Images that know their place in the data, and each other: for augmentation. */
function withPlaces(images: Items): Items {
  const bytesAt = (index: number) => images.item(index) as Promise<Uint8Array> | Uint8Array;
  const other = (share: number) => bytesAt(Math.floor(share * images.count));
  return {
    ...images,
    item(index) {
      const bytes = bytesAt(index);
      return bytes instanceof Promise
        ? bytes.then((read) => new DataImage(read, index, other))
        : new DataImage(bytes, index, other);
    },
  };
}

type DataOf<Kind> = Extract<PreparedData, { kind: Kind }>;

async function openImages(data: DataOf<'images'>): Promise<Items> {
  const size = data.offsets[data.items];
  if (size === undefined || size > inMemoryBytes) return openImageFile(data);
  const bytes = await readFile(data.file).catch((cause) => {
    throw unreadable(data.file, cause);
  });
  if (bytes.length < size) throw unreadable(data.file, `expected ${size} bytes, got ${bytes.length}`);
  return itemsOf(data, (index) => {
    const [start, end] = bounds(data, index);
    return bytes.subarray(start, end);
  });
}

async function openImageFile(data: DataOf<'images'>): Promise<Items> {
  const file = await open(data.file).catch((cause) => {
    throw unreadable(data.file, cause);
  });
  const read = async (index: number): Promise<Uint8Array> => {
    const [start, end] = bounds(data, index);
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead < bytes.length) throw unreadable(data.file, `it ends within item ${index}`);
    return bytes;
  };
  return { ...itemsOf(data, read), close: () => file.close() };
}

function bounds(data: DataOf<'images'>, index: number): [number, number] {
  const start = data.offsets[index];
  const end = data.offsets[index + 1];
  if (start === undefined || end === undefined) {
    throw new DynoError(
      'DATA_INCOMPLETE',
      `Expected ${data.items} items in ${data.file}, but item ${index} has no place.`,
    );
  }
  return [start, end];
}

async function openNpy(data: DataOf<'npy'>, inputs: readonly PreparedInput[]): Promise<Items> {
  const bytesOfItem = inputs.reduce(
    (bytes, { type, itemShape }) => bytes + elementArray(type, 1).BYTES_PER_ELEMENT * elementCount(itemShape),
    0,
  );
  const read = (index: number): Promise<Tensors> => readNpyItem(data, inputs, index);
  const kept: Tensors[] = [];
  while (kept.length < data.items && (kept.length + 1) * bytesOfItem <= inMemoryBytes)
    kept.push(await read(kept.length));
  return itemsOf(data, (index) => kept[index] ?? read(index));
}

async function readNpyItem(data: DataOf<'npy'>, inputs: readonly PreparedInput[], index: number): Promise<Tensors> {
  const tensors = inputs.map(async (input) => {
    const path = data.files[input.name]?.[index];
    if (path === undefined)
      throw new DynoError(
        'DATA_INCOMPLETE',
        `Expected ${data.items} files for input "${input.name}", but there is none for item ${index}.`,
      );
    const { type, dims, data: values } = readNpy(path);
    if (type !== input.type || values.length !== elementCount(input.itemShape)) {
      throw new InputError(
        'ITEM_INVALID',
        `${path}: expected ${input.type} [${input.itemShape.join(', ')}] for input "${input.name}", got ${type} [${dims.join(', ')}].`,
      );
    }
    return [input.name, { type, dims: input.itemShape, data: values }] as const;
  });
  return Object.fromEntries(await Promise.all(tensors));
}

function generate(data: DataOf<'generated'>, inputs: readonly PreparedInput[]): Items {
  const items: Tensors[] = [];
  let bytes = 0;
  while (items.length < data.items && (items.length < 2 || bytes < generatedBytes)) {
    const item = generatedItem(inputs, data.ranges, data.seed, items.length);
    items.push(item);
    bytes += Object.values(item).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
  }
  const distinct = new Set(items.map(hashOfTensors)).size;
  return { ...itemsOf({ items: items.length, labels: null }, (index) => items[index] ?? {}), distinct };
}

function hashOfTensors(tensors: Tensors): string {
  const parts = Object.values(tensors).map(({ data }) =>
    sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
  return parts.join(' ');
}

function itemsOf(
  data: {
    readonly items: number;
    readonly labels: readonly number[] | null;
    readonly truth?: readonly (readonly TruthLine[])[] | null;
  },
  item: Items['item'],
): Items {
  const check = (index: number): void => {
    if (!Number.isInteger(index) || index < 0 || index >= data.items) {
      throw new RangeError(`Expected the number of an item, 0 to ${data.items - 1}, got ${index}.`);
    }
  };
  return {
    count: data.items,
    distinct: data.items,
    item(index) {
      check(index);
      return item(index);
    },
    label(index) {
      check(index);
      return data.labels?.[index] ?? null;
    },
    truth(index) {
      check(index);
      return data.truth?.[index] ?? null;
    },
    close: async () => {},
  };
}

function unreadable(path: string, cause: unknown): DynoError {
  return new DynoError(
    'DATA_UNREADABLE',
    `${path}: the workload's data cannot be read (${errorText(cause)}). Prepare the workload again.`,
    { cause },
  );
}
