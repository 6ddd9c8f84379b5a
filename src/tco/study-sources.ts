import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadCatalogue } from '../hardware/catalogue.ts';
import type { Price } from '../hardware/price.ts';
import type { HardwareProfile } from '../hardware/profile.ts';
import { loadPublished, type PublishedFigure } from '../hardware/published.ts';
import { findRun, readRun } from '../results/result-folder.ts';
import type { Run } from '../results/run.ts';
import { sortEvidence } from '../roofline/evidence.ts';
import { type Projection, type ProjectionRequest, Projector } from '../roofline/project.ts';

/** What a study refers to. Each is asked for only where a study needs it. */
export interface StudySources {
  profiles(): readonly HardwareProfile[];
  prices(): readonly Price[];
  published(): readonly PublishedFigure[];
  project(request: ProjectionRequest): Projection;
  /** The run that a study names, by its id or its path. Throws an InputError that says what is wrong with it. */
  run(name: string): Run;
  /** Those to look through where a study names none. */
  runs(): readonly Run[];
}

/** Where the sources of a study are. */
export interface SourcePlaces {
  /** Folder of the study: paths of runs are seen from there. */
  readonly folder: string;
  /** Runs of `--results`, by id or path. */
  readonly results?: readonly string[];
  /** Folder in which runs are found by their id; default `results`. */
  readonly out?: string;
  /** Folder of own hardware profiles, published figures aside. */
  readonly profiles?: string | undefined;
}

/** The sources on disk, each read once and not before it is needed. */
export function studySources({ folder, results = [], out = 'results', profiles }: SourcePlaces): StudySources {
  const catalogue = once(() => loadCatalogue({ own: profiles }));
  const published = once(() => loadPublished());
  const projector = once(() => {
    const known = catalogue().profiles;
    return new Projector(known, sortEvidence(published(), known).evidence);
  });
  return {
    profiles: () => catalogue().profiles,
    prices: () => catalogue().prices,
    published,
    project: (request) => projector().project(request),
    run: (name) => {
      const path = resolve(folder, name);
      return readRun(findRun(existsSync(path) ? path : name, out));
    },
    runs: once(() => results.map((name) => readRun(findRun(name, out)))),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
