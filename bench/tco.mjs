// Times what a study of a purchase is computed with: the simulation of ten options over four years with 24 uncertain figures, and all the rest.
//
//   npm run build && node bench/tco.mjs [--draws 100000] [--options 10] [--rounds 5]
//
// Every second option is rented, half of those by the load. Prints the times of all rounds; the machine should have nothing else to do.
import { parseArgs } from 'node:util';
import { evaluateStudy } from '../dist/tco/model/evaluate-study.js';
import { simulateStudy } from '../dist/tco/model/simulate-study.js';

const { values } = parseArgs({
  options: {
    draws: { type: 'string', default: '100000' },
    options: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
  },
});
const [draws, count, rounds] = [values.draws, values.options, values.rounds].map(Number);

const names = Array.from({ length: count }, (_, index) => `option ${index + 1}`);
const options = names.map((name, index) => (index % 2 === 0 ? owned(name, index) : rented(name, index)));
const data = {
  name: 'bench',
  currency: 'USD',
  date: '2025-06-01',
  horizonYears: 4,
  model: {
    demand: { requestsPerDay: 5e7, growthPerYear: 0.2, peakToAverage: 3, itemsPerRequest: 1 },
    discountRate: 0.08,
    options,
  },
  assumptions: [
    figure('requests', 5e7, [['demand', 'requestsPerDay']]),
    figure('peak', 3, [['demand', 'peakToAverage']]),
    figure('rate', 0.08, [['discountRate']]),
    figure(
      'tariff',
      0.1,
      names.filter((_, index) => index % 2 === 0).map((name) => ['options', name, 'facility', 'electricityPrice']),
    ),
    ...names.flatMap((name, index) => [
      figure(`throughput of ${name}`, options[index].throughput.itemsPerSecond, [
        ['options', name, 'throughput', 'itemsPerSecond'],
      ]),
      index % 2 === 0
        ? figure(`price of ${name}`, 10_000, [['options', name, 'capital', 'acceleratorPrice']])
        : figure(`price of ${name}`, 2 + index / 10, [['options', name, 'onDemandPrice']]),
    ]),
  ],
  throughputs: Object.fromEntries(names.map((name) => [name, { provenance: 'given', source: 'bench' }])),
  baseline: names[0],
  leftOut: [],
  latencyLimitSeconds: null,
  simulation: { draws, seed: 1 },
};

const milliseconds = { evaluate: [], simulate: [] };
for (let round = 0; round < rounds; round++) {
  const start = performance.now();
  const outcome = evaluateStudy(data);
  const evaluated = performance.now();
  simulateStudy(data, outcome, { draws, seed: 1 });
  milliseconds.evaluate.push(Math.round(evaluated - start));
  milliseconds.simulate.push(Math.round(performance.now() - evaluated));
}
process.stdout.write(
  `${JSON.stringify({ draws, options: count, figures: data.assumptions.length, milliseconds }, null, 2)}\n`,
);

function owned(name, index) {
  return {
    kind: 'owned',
    name,
    lifeYears: 4,
    throughput: { itemsPerSecond: 1_000 + 100 * index, maxUtilisation: 0.6 },
    reserve: {
      redundantMachines: 1,
      spares: { rule: 'poisson', leadTimeDays: 30, confidence: 0.95 },
      sparesAre: 'cold',
    },
    capital: {
      acceleratorPrice: 10_000,
      acceleratorsPerMachine: 4,
      serverOverhead: 0.6,
      hostPrice: 0,
      networkShare: 0.05,
      installationPerMachine: 500,
      installation: 0,
      residualShare: 0.1,
      embodiedKilograms: null,
    },
    power: { idleWatts: 400, loadWatts: 1_500, provisionedWatts: 2_000 },
    facility: {
      powerUsageEffectiveness: 1.4,
      electricityPrice: 0.1,
      electricityEscalation: 0.02,
      gramsPerKilowattHour: 380,
      colocationPerKilowattMonth: 184,
      sitePerKilowatt: 0,
    },
    running: {
      maintenanceShare: 0.05,
      staffPerMachine: 0.02,
      staffCost: 120_000,
      connectivityPerMachine: 100,
      licencesPerMachine: 100,
    },
    failures: { annualRate: 0.04, warrantyYears: 3 },
  };
}

function rented(name, index) {
  return {
    kind: 'cloud',
    name,
    lifeYears: 4,
    throughput: { itemsPerSecond: 1_000 + 100 * index, maxUtilisation: 0.6 },
    redundantMachines: 1,
    scaling: index % 4 === 1 ? 'follows_demand' : 'always_on',
    onDemandPrice: 2 + index / 10,
    commitment: null,
    spot: { share: 0.5, price: 1, unavailableShare: 0.1 },
    traffic: { egressGigabytesPerRequest: 1e-5, egressPrice: 0.05, storageCost: 100 },
  };
}

function figure(name, value, places) {
  const [low, high] = [value * 0.7, value * 1.5];
  return {
    name,
    title: name,
    owner: null,
    unit: '',
    isShare: false,
    where: 'bench:1:1',
    value,
    least: 0,
    most: Number.MAX_VALUE,
    distribution: { kind: 'triangular', low, mode: value, high },
    low,
    high,
    source: null,
    date: null,
    places,
  };
}
