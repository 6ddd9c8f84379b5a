import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { readCgroup } from './cgroup.ts';
import { textIfReadable } from './tolerant-read.ts';

/** Memory of the machine as one of its processes finds it. null: not told, or no such limit. */
export interface HostMemory {
  readonly totalBytes: number;
  /** What could still be taken without swapping. */
  readonly availableBytes: number | null;
  /** The tightest limit of the control group (a container) and what it leaves. */
  readonly groupLimitBytes: number | null;
  readonly groupAvailableBytes: number | null;
  /** The limit of the address space (`ulimit -v`), and how much of it the process has taken. */
  readonly addressLimitBytes: number | null;
  readonly addressUsedBytes: number | null;
}

/** A limit of the memory that a process can have, and what it leaves; null: not known. */
export interface MemoryLimit {
  readonly place: 'memory' | 'control_group' | 'address_space';
  readonly totalBytes: number;
  readonly freeBytes: number | null;
}

/** Reads the memory of this machine as this process finds it. A few small files of `/proc` and of the control group; never throws. */
export function readHostMemory(procRoot = '/proc'): HostMemory {
  const { memoryLimitBytes, memoryAvailableBytes } = readCgroup(procRoot);
  const memory = textIfReadable(join(procRoot, 'meminfo')) ?? '';
  const status = textIfReadable(join(procRoot, 'self', 'status')) ?? '';
  const limits = textIfReadable(join(procRoot, 'self', 'limits')) ?? '';
  return {
    totalBytes: kibibytes(memory, 'MemTotal') ?? totalmem(),
    availableBytes: kibibytes(memory, 'MemAvailable') ?? (memory === '' ? freemem() : null),
    groupLimitBytes: memoryLimitBytes,
    groupAvailableBytes: memoryAvailableBytes,
    addressLimitBytes: softLimit(limits, 'Max address space'),
    addressUsedBytes: kibibytes(status, 'VmSize'),
  };
}

/** The limits that hold for the process, the one first that leaves the least. */
export function memoryLimits(host: HostMemory): readonly MemoryLimit[] {
  const { totalBytes, availableBytes, groupLimitBytes, groupAvailableBytes, addressLimitBytes, addressUsedBytes } =
    host;
  const limits: MemoryLimit[] = [{ place: 'memory', totalBytes, freeBytes: availableBytes }];
  if (groupLimitBytes !== null) {
    limits.push({ place: 'control_group', totalBytes: groupLimitBytes, freeBytes: groupAvailableBytes });
  }
  if (addressLimitBytes !== null) {
    const freeBytes = addressUsedBytes === null ? null : Math.max(0, addressLimitBytes - addressUsedBytes);
    limits.push({ place: 'address_space', totalBytes: addressLimitBytes, freeBytes });
  }
  // What leaves an unknown part of itself leaves no more than all.
  const most = (limit: MemoryLimit): number => limit.freeBytes ?? limit.totalBytes;
  return limits.sort((one, other) => most(one) - most(other));
}

/** A line such as `MemAvailable:   12345 kB`. */
function kibibytes(text: string, name: string): number | null {
  const digits = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return digits === undefined ? null : Number(digits) * 1024;
}

/** A line such as `Max address space         unlimited            unlimited            bytes`: the first of its two figures holds. */
function softLimit(text: string, name: string): number | null {
  const digits = new RegExp(`^${name}\\s+(\\d+)\\s`, 'm').exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
