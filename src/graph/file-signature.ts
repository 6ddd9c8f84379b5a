/** What a file that is no ONNX model turns out to be, and what to do about it. */
export interface RecognisedFile {
  readonly is: string;
  readonly remedy: string;
}

interface Signature extends RecognisedFile {
  readonly offset: number;
  readonly text: string;
}

const exportAgain = 'Convert or export the model as ONNX.';

/** First bytes (as Latin-1 text) of what people hold for ONNX files. */
const signatures: readonly Signature[] = [
  {
    offset: 0,
    text: 'version https://git-lfs',
    is: 'this is a Git LFS pointer, not the file itself',
    remedy: 'Run `git lfs pull` in the repository it is from.',
  },
  {
    offset: 0,
    text: 'PK\x03\x04',
    is: 'this is a zip archive (a PyTorch .pt file and a .keras file are, too)',
    remedy: 'Unpack it and name the .onnx file in it, or export the model as ONNX.',
  },
  { offset: 0, text: '\x1f\x8b', is: 'this is gzip-compressed', remedy: 'Unpack it first.' },
  { offset: 4, text: 'TFL3', is: 'this is a TensorFlow Lite model', remedy: 'Convert it, for example with tf2onnx.' },
  {
    offset: 4,
    text: 'ORTM',
    is: 'this is a model in the ORT format',
    remedy: 'Name the .onnx file that it was made from: fusion cannot be switched in the ORT format.',
  },
  { offset: 0, text: 'GGUF', is: 'this is a GGUF model', remedy: exportAgain },
  { offset: 0, text: '\x89HDF', is: 'this is an HDF5 file (Keras)', remedy: 'Convert it, for example with tf2onnx.' },
  { offset: 0, text: '\x80\x02', is: 'this is a Python pickle (an old PyTorch file)', remedy: exportAgain },
  { offset: 0, text: 'ptrt', is: 'this is a TensorRT engine', remedy: 'Name the ONNX file that it was built from.' },
  { offset: 8, text: '{"', is: 'this is a safetensors file: weights without a graph', remedy: exportAgain },
  { offset: 0, text: '<?xml', is: 'this is XML (an OpenVINO model is)', remedy: exportAgain },
  {
    offset: 0,
    text: '<!DOCTYPE',
    is: 'this is a web page',
    remedy: 'The download gave a page instead of the file: fetch it again.',
  },
  {
    offset: 0,
    text: '<html',
    is: 'this is a web page',
    remedy: 'The download gave a page instead of the file: fetch it again.',
  },
  { offset: 0, text: '{', is: 'this is JSON', remedy: exportAgain },
  { offset: 0, text: '\x89PNG', is: 'this is a PNG image', remedy: 'Name the model, not the data.' },
  { offset: 0, text: '\xff\xd8\xff', is: 'this is a JPEG image', remedy: 'Name the model, not the data.' },
];

/** What the first bytes say that a file is, if that is something other than ONNX; null: not known. */
export function recogniseFile(bytes: Uint8Array): RecognisedFile | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString('latin1');
  return signatures.find(({ offset, text }) => head.startsWith(text, offset)) ?? null;
}
