import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pythonProgram } from '../../../../src/engine/backends/python/python-program.ts';
import { packageFile } from '../../../../src/kernel/package-root.ts';

const python = pythonProgram();

/**
 * ONNX Runtime as far as captured graphs go: `y = 2 x` on a device, where a run under the number of a captured graph reads and writes what was bound when it was captured, whatever is bound now. Its
 * argument says what the provider was told; three queries are answered, the last of another shape.
 */
const program = `
import json, sys, types
sys.path.insert(0, ${JSON.stringify(packageFile('python'))})

class Value:
    def __init__(self, values): self.values = list(values)
    def update_inplace(self, array): self.values[:] = array.values

class Binding:
    def __init__(self): self.inputs, self.outputs = {}, {}
    def bind_ortvalue_input(self, name, value): self.inputs[name] = value
    def bind_output(self, name, device): self.outputs[name] = None
    def bind_ortvalue_output(self, name, value): self.outputs[name] = value
    def get_outputs(self): return list(self.outputs.values())
    def copy_outputs_to_cpu(self): return [list(value.values) for value in self.outputs.values()]
    def synchronize_inputs(self): pass
    def synchronize_outputs(self): pass

class RunOptions:
    def add_run_config_entry(self, name, value): self.number = value

class Session:
    def __init__(self, captures): self.captures, self.captured, self.runs = captures, {}, []
    def get_outputs(self): return [types.SimpleNamespace(name='y')]
    def io_binding(self): return Binding()
    def run_with_iobinding(self, binding, options=None):
        number = '0' if options is None else options.number
        self.runs.append(number)
        if number in self.captured:
            x, y = self.captured[number]
        else:
            x = binding.inputs['x']
            y = binding.outputs['y'] = binding.outputs['y'] or Value(0 for _ in x.values)
            if self.captures and number != '-1': self.captured[number] = (x, y)
        y.values[:] = [2 * value for value in x.values]

sys.modules['onnxruntime'] = types.SimpleNamespace(
    RunOptions=RunOptions,
    OrtValue=types.SimpleNamespace(ortvalue_from_numpy=lambda array, device, number: Value(array.values)),
)
from dyno_worker.onnxruntime_binding import binding_for

def array(*values): return types.SimpleNamespace(values=values, shape=(len(values),), dtype=types.SimpleNamespace(str='<f4'))

told = json.loads(sys.argv[1])
session = Session(captures=any(value in ('1', 'true') for value in told.values()))
binding = binding_for(session, 'cuda', [{'name': 'Some', 'options': told}])
answers = [binding.run({'x': x}) for x in (array(1, 2), array(3, 4), array(5, 6, 7))]
print(json.dumps({'outputs': [outputs[0] for outputs, _, _ in answers], 'prepares': [preparation > 0 for _, _, preparation in answers], 'runs': session.runs}))
`;

function answersWith(options: Readonly<Record<string, string>>): unknown {
  const words = ['-B', '-c', program, JSON.stringify(options)];
  const { stdout, stderr, status } = spawnSync(python ?? '', words, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const outputs = [
  [2, 4],
  [6, 8],
  [10, 12, 14],
];

test.skipIf(python === null).each([{ enable_cuda_graph: '1' }, { trt_cuda_graph_enable: 'true' }])(
  'with %j each query is answered with its own outputs, and capturing is no part of a run',
  (options) => {
    expect(answersWith(options)).toEqual({
      outputs,
      prepares: [true, false, true],
      // The shapes, the capture and the first query; the second one; the same again for another shape, under a number of its own.
      runs: ['-1', '1', '1', '1', '-1', '2', '2'],
    });
  },
);

test.skipIf(python === null).each([{}, { enable_cuda_graph: '0' }])('with %j nothing is captured', (options) => {
  expect(answersWith(options)).toEqual({ outputs, prepares: [false, false, false], runs: ['0', '0', '0'] });
});
