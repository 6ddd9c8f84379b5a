/** What a model asks of a device, stated rather than counted from a graph. */
export interface ModelCost {
  /** The name without size and accuracy target, such as `bert-large-squad`; of a graph, `graph:` and a name. */
  readonly id: string;
  /** Models of one kind use devices alike. */
  readonly kind: 'convolution' | 'encoder' | 'decoder' | 'diffusion' | 'recurrent' | 'dense';
  /** A multiply-add is two. Of a decoder: for one item with all tokens that it reads and writes. */
  readonly operationsPerItem: number;
  readonly parameters: number;
  /** Of a decoder; null for others, which pass over their layers once. */
  readonly decoding: Decoding | null;
  readonly source: string;
}

/** What a decoder does beside a single pass: it reads an item's tokens at once and writes the answer token by token. */
export interface Decoding {
  /** Means of the data set that it is measured with. */
  readonly tokensRead: number;
  readonly tokensWritten: number;
  /** Answers that are written side by side, of which the best is kept; they share the cache of what was read. */
  readonly beams: number;
  /** Keys and values that each token leaves behind for those after it. */
  readonly cacheElementsPerToken: number;
}

const paper = 'Reddi et al., "MLPerf Inference Benchmark", ISCA 2020 (arXiv:1911.02549), table I';
/** Bounds of tokens an answer that entries are held to: 0.9 and 1.1 times the mean that the reference implementation writes. */
const checker = 'mlcommons/inference, tools/submission/submission_checker.py';

function convolution(id: string, operationsPerItem: number, parameters: number, source: string): ModelCost {
  return { id, kind: 'convolution', operationsPerItem, parameters, decoding: null, source };
}

interface DecoderShape extends Omit<Decoding, 'beams'> {
  readonly beams?: number;
  readonly parameters: number;
  /** Those that a token is multiplied with: fewer than all where it is sent to some experts only. */
  readonly active?: number;
}

/** A decoder multiplies each token, read or written, with each active parameter once; attention is left out. */
function decoder(
  id: string,
  { parameters, active = parameters, beams = 1, ...decoding }: DecoderShape,
  data: string,
): ModelCost {
  return {
    id,
    kind: 'decoder',
    operationsPerItem: 2 * active * (decoding.tokensRead + beams * decoding.tokensWritten),
    parameters,
    decoding: { beams, ...decoding },
    source: `counted: 2 operations for each active parameter and token; lengths from memory where no source is named: ${data}`,
  };
}

/**
 * The models of `hardware-profiles/published/`. The count of operations of a model tells labels that cannot be; projections rest on what
 * was published of the same model, where a wrong count cancels out.
 */
export const knownModels: readonly ModelCost[] = [
  // Counted from a graph: 4,089,184,256 multiply-adds.
  convolution('resnet50-v1.5', 8.2e9, 25.6e6, paper),
  convolution('mobilenet-v1', 1.138e9, 4.2e6, paper),
  convolution('ssd-resnet34', 433e9, 36.3e6, paper),
  convolution('ssd-mobilenet-v1', 2.47e9, 6.91e6, paper),
  convolution(
    'retinanet',
    404e9,
    38e6,
    'counted for 800 x 800 and 264 classes, in 10^9 multiply-adds: ResNeXt-50 54, feature pyramid 11, towers of both heads 63, classes 73, boxes 1',
  ),
  convolution(
    '3d-unet-brats19',
    3.6e12,
    19e6,
    'from memory: 0.95e12 operations for 128 x 128 x 128 voxels, times 3.8 for 224 x 224 x 160',
  ),
  convolution(
    '3d-unet-kits19',
    66e12,
    19e6,
    'from memory: 0.95e12 operations for a window of 128 x 128 x 128 voxels, about 70 windows a case',
  ),
  {
    id: 'bert-large-squad',
    kind: 'encoder',
    operationsPerItem: 110.6e9,
    parameters: 335e6,
    decoding: null,
    source:
      'counted: 24 layers of 24 h² s + 4 h s² with h = 1024 and s = 178, the mean length of SQuAD 1.1 without padding',
  },
  decoder(
    'gptj-6b',
    { parameters: 6.05e9, tokensRead: 930, tokensWritten: 69, beams: 4, cacheElementsPerToken: 2 * 28 * 4096 },
    'CNN/DailyMail; four beams, which mlcommons/inference, language/gpt-j/backend.py, demands of entries',
  ),
  decoder(
    'llama2-70b',
    { parameters: 69e9, tokensRead: 294, tokensWritten: 294, cacheElementsPerToken: 2 * 80 * 1024 },
    `OpenOrca; written: 294.45 by ${checker}`,
  ),
  decoder(
    'llama3.1-8b',
    { parameters: 8.03e9, tokensRead: 780, tokensWritten: 128, cacheElementsPerToken: 2 * 32 * 1024 },
    'CNN/DailyMail',
  ),
  decoder(
    'llama3.1-405b',
    { parameters: 405e9, tokensRead: 9400, tokensWritten: 684, cacheElementsPerToken: 2 * 126 * 1024 },
    `long documents; written: 684.68 by ${checker}`,
  ),
  decoder(
    'mixtral-8x7b',
    { parameters: 46.7e9, active: 12.9e9, tokensRead: 300, tokensWritten: 146, cacheElementsPerToken: 2 * 32 * 1024 },
    `OpenOrca, GSM8K, MBXP; written: 145.9 by ${checker}`,
  ),
  {
    id: 'sdxl',
    kind: 'diffusion',
    operationsPerItem: 240e12,
    parameters: 3.5e9,
    decoding: null,
    source: 'from memory: 20 steps of a U-Net of 6e12 operations, twice for guidance',
  },
];

/** The id of a model and the accuracy that it is held to, of a name such as `bert-large-squad (99.9%)` or `retinanet 800x800`. */
export function parseModelName(name: string): { readonly id: string; readonly target: string | null } {
  const match = /^(\S+?)(?: \d+x\d+)?(?: \(([\d.]+%)\))?$/.exec(name.trim());
  return { id: match?.[1] ?? name.trim(), target: match?.[2] ?? null };
}

/** The stated cost of a model by its name, or null. */
export function knownModel(name: string): ModelCost | null {
  const { id } = parseModelName(name);
  return knownModels.find((model) => model.id === id) ?? null;
}
