import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStudy, type Study } from '../../../src/tco/study.ts';

/** A small study in which names and sources are what has broken pages of others. */
export function hostileStudy(): Study {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-hostile-study-'));
  try {
    const path = join(folder, 'hostile.yaml');
    writeFileSync(path, text);
    return readStudy(path, { today: '2026-01-01' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const text = String.raw`name: "</title></script><script>alert(1)</script>"
currency: USD
date: 2025-06-01
horizon_years: 3
discount_rate: 0.08
simulation: { draws: 2000, seed: 7 }
demand:
  requests_per_day: 8640000
  growth_per_year: 0.2
  peak_to_average: { value: 2, low: 1.5, high: 4 }
  latency_limit_ms: 50
facilities:
  hall:
    pue: { value: 1.5, low: 1.2, high: 1.8, source: "<img src=x onerror=alert(2)>" }
    electricity_per_kwh: { amount: 0.0826, low: 0.05, high: 0.2, shape: uniform, source: "--> <!-- ]]>", date: 2025-05 }
    carbon_g_per_kwh: 400
options:
  - kind: own
    name: card
    facility: hall
    throughput:
      items_per_second: { value: 250.123456789012, low: 200, high: 320, shape: lognormal }
      max_utilisation: 0.5
      provenance: measured
      source: run of May
    machine:
      accelerator_price: { amount: 10000, low: 8000, high: 15000, source: offer }
      accelerators: 2
      residual_share: 0.1
    power: { idle_watts: 200, load_watts: 600, provisioned_watts: 800 }
    running: { maintenance_share: 0.05 }
  - kind: cloud
    name: "=HYPERLINK(\"x\")"
    throughput: { items_per_second: 200, max_utilisation: 0.5, provenance: published, source: a table }
    scaling: always_on
    on_demand_per_hour: { amount: 1.5, source: price list }
  - kind: own
    name: "</script><b onclick=alert(3)>x"
    facility: hall
    throughput: { items_per_second: 300, max_utilisation: 0.5, provenance: published, source: "javascript:alert(4)" }
    machine: { accelerator_price: { amount: 12000, low: 9000, high: 15000 }, accelerators: 1 }
    power: { idle_watts: 200, load_watts: 600, provisioned_watts: 800 }
  - kind: own
    name: __proto__
    facility: hall
    throughput: { items_per_second: 280, max_utilisation: 0.5, provenance: published, source: own }
    machine: { accelerator_price: { amount: 12500, low: 9000, high: 15000 }, accelerators: 1 }
    power: { idle_watts: 200, load_watts: 600, provisioned_watts: 800 }
`;
