// The prices among the facts as two price books: what devices cost to buy, and what an hour of them costs to rent.
import { families, instanceVariants, relatives } from './devices.mjs';
import { sourceText } from './profiles.mjs';

/** Prices of devices to buy. */
export function purchases(devices) {
  const entries = devices.flatMap(({ id, prices }) =>
    prices.map(({ usd, date, kind, source, note }) => ({
      ...forWhom([id], kind, note),
      per: 'device',
      kind: purchaseKind(kind),
      amount: usd,
      offer: kind,
      region: /\bEU\b/.test(kind) ? 'EU' : undefined,
      ...dateOf(date, note),
      source: sourceText(source),
      confidence: purchaseConfidence(kind, source),
    })),
  );
  return {
    name: 'Purchase prices of accelerators and processors, collected from public sources',
    currency: 'USD',
    prices: entries,
  };
}

/**
 * Prices by the hour. An offer stands among the facts of every variant of a family that it may be for: here it stands once. Equal
 * offers of devices of different families are two offers.
 */
export function rents(devices) {
  const offers = new Map();
  for (const { id, cloud } of devices) {
    for (const offer of cloud) {
      const key = JSON.stringify([familyOf(id) ?? id, offer]);
      offers.set(key, { offer, ids: [...(offers.get(key)?.ids ?? []), id] });
    }
  }
  const entries = [...offers.values()].map(({ offer, ids }) => {
    const { provider, usd_per_accel_hour, date, source, note } = offer;
    return {
      ...forWhom(ids, provider, note),
      per: /per instance/.test(note ?? '') ? 'instance_hour' : 'device_hour',
      kind: rentKind(provider, note),
      amount: usd_per_accel_hour,
      seller: /^(AWS|Azure|Google Cloud|Lambda|RunPod|SemiAnalysis|Sharon AI)/.exec(provider)?.[0],
      offer: provider,
      region: /\bus-east-1\b/.exec(`${source} ${provider}`)?.[0],
      ...dateOf(date, [relativeIn(provider), note].filter((part) => part != null).join('; ') || null),
      source: sourceText(source),
      confidence: source.includes('unverified-memory') ? 'unverified' : 'sourced',
    };
  });
  return {
    name: 'Prices of accelerators and processors by the hour, collected from public sources',
    currency: 'USD',
    prices: entries,
  };
}

/** Which devices an offer is for: those of its family whose size and form its text names, or all that it was listed for. */
function forWhom(ids, offer, note) {
  const text = `${offer} ${note ?? ''}`;
  const family = families[familyOf(ids[0])];
  if (family === undefined) return { profiles: ids, variant_stated: relativeIn(text) === undefined };
  const implied = instanceVariants.filter(([pattern]) => pattern.test(text)).map(([, words]) => words);
  const words = [text, ...implied].join(' ').toLowerCase();
  const sizes = words.match(/\b\d+(?=gb\b)/g) ?? [];
  const form = /\bpcie\b/.test(words) ? 'pcie' : /\bsxm\d?\b|\bhgx\b|\bdgx\b/.test(words) ? 'sxm' : null;
  const stated = family.filter(
    (id) =>
      (sizes.length === 0 || sizes.some((size) => id.includes(`-${size}gb`))) &&
      (form === null || id.includes(`-${form}`)),
  );
  // A price of one device is that device's unless its text names another variant; an offer listed for several is one of them.
  if (ids.length === 1) {
    const fits = stated.includes(ids[0]) || stated.length === 0;
    return { profiles: fits ? ids : stated, variant_stated: fits || stated.length === 1 };
  }
  const candidates = sizes.length === 0 && form === null ? ids : stated.filter((id) => ids.includes(id));
  const profiles = candidates.length === 0 ? ids : candidates;
  return { profiles, variant_stated: profiles.length === 1 };
}

function familyOf(id) {
  return Object.keys(families).find((name) => families[name].includes(id));
}

/** What an offer says it is of, where that is only close to the device that it was listed for. */
function relativeIn(text) {
  return relatives.find(([pattern]) => pattern.test(text))?.[1];
}

function purchaseKind(kind) {
  if (/system \/8|baseboard|DGX|8-card|^server$/.test(kind)) return 'system_share';
  if (/^(list|launch|launch MSRP|module price.*|dev kit)$/.test(kind)) return 'list';
  if (/^(used|resale)/.test(kind)) return 'used';
  if (/estimate|rough street/.test(kind)) return 'estimate';
  return 'retail';
}

function purchaseConfidence(kind, source) {
  if (source.includes('unverified-memory') || source.startsWith('https://claude.ai/')) return 'unverified';
  return /estimate|rough/.test(kind) ? 'estimate' : 'sourced';
}

function rentKind(provider, note) {
  if (/TCO|all-in cost/.test(`${provider} ${note}`)) return 'cost';
  if (/spot/.test(provider)) return 'spot';
  if (/1y reserved/.test(provider)) return 'reserved_1y';
  if (/3y|3-year/.test(provider)) return 'reserved_3y';
  return 'on_demand';
}

/** Dates as the facts have them: `undated`, `2026-02 (approx)`, `2018-2020`, `2025-03-04`. */
function dateOf(date, note) {
  if (date === 'undated') return { date: null, note: note ?? undefined };
  const span = /^(\d{4})-(\d{4})$/.exec(date);
  if (span !== null) return { date: `${span[1]}/${span[2]}`, note: note ?? undefined };
  const approximate = /^(.*) \(approx\)$/.exec(date);
  if (approximate !== null)
    return { date: approximate[1], note: ['date approximate', note].filter(Boolean).join('; ') };
  return { date, note: note ?? undefined };
}
