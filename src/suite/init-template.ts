/** What the user has said already when a suite is written for them. */
export interface InitOptions {
  /** Name of the suite and of its workload. */
  readonly name: string;
  /** The suite's file, for the commands in its comments. */
  readonly file: string;
  /** Path of the ONNX file, relative to the suite. */
  readonly model: string;
  /** Path of the schema for editors, relative to the suite. */
  readonly schema: string;
}

/** The commented suite that `dyno init` writes: it runs as it is once the model is there; data are a few lines away. */
export function initTemplate({ name, file, model, schema }: InitOptions): string {
  return `# yaml-language-server: $schema=${schema}
#
# A suite: what is measured. Run it with:     npx dyno bench ${file}
# See what it would do and how long it takes: npx dyno bench ${file} --dry-run
# Every combination of the matrix is a case. Paths are relative to this file.
name: ${name}

workloads:
  - name: ${name}
    model: ${JSON.stringify(model)} # an ONNX file

    # Sizes of dynamic dimensions by the names that the model gives them, or whole shapes by the name of the input.
    # The batch dimension is set by the matrix. If a size is missing, dyno says which.
    # dimensions: { width: 320 }
    # shapes: { input: [1, 3, 224, 224] }

    # Without data, inputs are generated from what the model says of them: that measures speed.
    # With data of yours the whole request is timed (decoding, resizing, model, classes), and with labels its accuracy is taken.
    # data:
    #   kind: images # or npy: a folder of .npy files
    #   folder: photos
    #   labels: labels.txt # a line "file-name class-index" for each image
    # calibration: { kind: images, folder: more-photos } # for precision int8: 100 to 500 others, without labels
    # preprocess: # must be what the model was trained with
    #   # mode: crop (fit the shorter side, cut the middle), stretch, or letterbox (fit the longer side, pad)
    #   resize: { width: 224, height: 224, mode: crop, kernel: linear, shorter_side: 256 }
    #   color: rgb
    #   normalize: torchvision # or tf, none, or numbers: { kind: per_channel, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
    #   layout: nchw
    # postprocess: { kind: classify, softmax: true, top_k: 5 }
    # metric: top1

matrix:
  backend: [ort-cpu]
  batch_size: [1] # [1, 8] when the model's batch dimension is dynamic
  precision: [fp32] # also int8, int8_dynamic, fp16, bf16: Dyno converts the model
  fusion: ["on", "off"] # also graph (Dyno alone) and engine; in quotes: to some YAML readers a bare on is true
  threads: [auto] # all cores that are available; [1, 2, 4] shows what each of them brings

scenarios:
  # single_stream: one query after another, for latency. offline: all items at once, for throughput.
  - kind: single_stream
    scope: request # decode to postprocess; inference: the model alone
  # - { kind: server, rate: [50, 100] } # queries arrive 50 and 100 times a second, whether the last is answered or not
  # - { kind: server, rate: search } # the highest rate that keeps limits.latency, which has to be given
  # - { kind: closed_loop, concurrency: [1, 4] } # so many queries are under way at any time
  # - { kind: multi_stream, items_per_query: 8 } # several items at a time
  # - { kind: replay, trace: arrivals.csv } # queries arrive as a file of times says

policy:
  preset: default # smoke: a first look in seconds; ci: three short rounds; thorough: five long ones
  rounds: 1 # 5 for intervals and a tested order
  window:
    min_queries: 64 # supports p50 and p90; p99 needs 662
    min_duration: 5s
    max_duration: 60s

# What a case must keep to be an answer to "which setting is the fastest that is still good enough?"
# limits:
#   latency: { percentile: p90, max: 100ms }
#   accuracy: { of_reference: 0.99 } # with labels: of the quality at fp32 with fusion on

# The regression gate: npx dyno gate --base main --suite ${file} measures two versions of your repository in turns, and fails when one of these became
# worse by more than its margin. npx dyno gate aa --suite ${file} tells which margins this machine supports.
# gate:
#   setup: [npm ci] # what to run in the checkout of each version before it is measured
#   metrics: # of several rules that fit, the last one holds; * stands for any characters
#     - { metric: "latency_*", margin: 5% }
#     - { metric: peak_rss, margin: 3%, floor: 4MiB, role: gating }
#   time_budget: 10min
`;
}
