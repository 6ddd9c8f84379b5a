import { monotoneCurve } from '../stats/steffen.ts';

/** What a system does at one setting: throughput in items/s with its interval, at a response time in seconds. */
export interface FrontPoint {
  readonly latency: number;
  readonly throughput: number;
  /** Ends of the interval of the throughput; null: not known. */
  readonly low: number | null;
  readonly high: number | null;
}

/** What a limit on the response time leaves of the throughput, and between which points it was read off. */
export interface OnFront<Point extends FrontPoint> {
  readonly throughput: number;
  readonly low: number | null;
  readonly high: number | null;
  /** One: the best point within the limit. Two: the limit lies between them. */
  readonly between: readonly [Point] | readonly [Point, Point];
}

/** The points that no other beats in both latency and throughput, by rising latency; of equal ones the first. */
export function paretoFront<Point extends FrontPoint>(points: readonly Point[]): Point[] {
  const front: Point[] = [];
  const byLatency = points.toSorted((a, b) => a.latency - b.latency || b.throughput - a.throughput);
  for (const point of byLatency) {
    if (point.throughput > (front.at(-1)?.throughput ?? Number.NEGATIVE_INFINITY)) front.push(point);
  }
  return front;
}

/**
 * The throughput within a limit on the response time: on Steffen's monotone curve through the front between two of its points, that of its
 * last point where the limit is looser than all of them. Nothing is carried on beyond the points: null where not even the fastest is
 * within the limit. The ends of the interval are read off curves through the ends of the points.
 */
export function throughputWithin<Point extends FrontPoint>(
  points: readonly Point[],
  limitSeconds: number,
): OnFront<Point> | null {
  const front = paretoFront(points);
  const next = front.findIndex(({ latency }) => latency > limitSeconds);
  const best = next < 0 ? front.at(-1) : front[next - 1];
  if (best === undefined) return null;
  const { throughput, low, high } = best;
  const above = front[next];
  if (above === undefined || best.latency === limitSeconds) return { throughput, low, high, between: [best] };
  const latencies = front.map(({ latency }) => latency);
  const read = (values: readonly (number | null)[]) =>
    values.every((value) => value !== null) ? Math.max(0, monotoneCurve(latencies, values)(limitSeconds)) : null;
  return {
    throughput: monotoneCurve(
      latencies,
      front.map((point) => point.throughput),
    )(limitSeconds),
    low: read(front.map((point) => point.low)),
    high: read(front.map((point) => point.high)),
    between: [best, above],
  };
}
