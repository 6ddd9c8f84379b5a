import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Attribute, Float, GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { generator, uniform } from '../../src/stats/random.ts';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-engine-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a model into a folder that is gone when the test ends. */
export function writtenModel(model: OnnxModel): string {
  const path = join(temporaryFolder(), 'model.onnx');
  writeModel(path, model);
  return path;
}

/** A graph with seeded weights and short names for what tests build most. */
export class SmallGraph extends GraphBuilder {
  readonly #random = generator(1);

  /** Numbers between 0.1 and 1: good as weights and as variances. */
  weights(name: string, ...dims: number[]): string {
    const count = dims.reduce((product, dimension) => product * dimension, 1);
    return this.constant(
      name,
      'float32',
      dims,
      Float32Array.from({ length: count }, () => 0.1 + 0.9 * uniform(this.#random)),
    );
  }

  scalar(name: string, value: number): string {
    return this.constant(name, 'float32', [], Float32Array.of(value));
  }

  integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.constant(name, 'int64', dims, BigInt64Array.from(values, BigInt));
  }

  batchNormalization(input: string, channels: number): string {
    const statistics = ['scale', 'bias', 'mean', 'variance'].map((name) => this.weights(name, channels));
    return this.node('BatchNormalization', [input, ...statistics], { attributes: { epsilon: new Float(1e-5) } });
  }

  /** `operator(inputs)` with attributes. */
  apply(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.node(operator, inputs, { attributes });
  }

  /** Makes a value the output of the graph and returns the model. */
  ending(value: string, shape: readonly (number | string | null)[], opset = 17, type = 'float32'): OnnxModel {
    this.output(value, type, shape);
    return this.model({ opset, domains: { 'com.microsoft': 1 } });
  }
}

/** Conv → BatchNormalization → Relu on `[batch, channels, 8, 8]`, output `y`. */
export function convolutionBlock(channels = 16): OnnxModel {
  const graph = new SmallGraph('block');
  const x = graph.input('x', 'float32', ['batch', channels, 8, 8]);
  const convolution = graph.apply('Conv', [x, graph.weights('w', channels, channels, 3, 3)], { pads: [1, 1, 1, 1] });
  const normalized = graph.batchNormalization(convolution, channels);
  return graph.ending(graph.node('Relu', [normalized], { outputs: ['y'] }), ['batch', channels, 8, 8]);
}

/** `y = Relu(x)` on `[batch, width]`. */
export function oneNode(width = 4): OnnxModel {
  const graph = new SmallGraph('one-node');
  const x = graph.input('x', 'float32', ['batch', width]);
  return graph.ending(graph.node('Relu', [x], { outputs: ['y'] }), ['batch', width]);
}
