import {
  abs,
  type Device,
  type DeviceSession,
  type DeviceTensor,
  type Expr,
  sum,
  type Tensors,
} from '../engine/index.js';
import { DeviceVectors } from './device_vectors.js';
import type { Evaluation } from './minimise.js';

/** The energy of one picture whose gradient stays on the device. */
export interface DeviceEvaluation extends Pick<Evaluation, 'energy' | 'terms'> {
  readonly gradient: DeviceTensor;
  /** Σ |gradient|: not a finite number as soon as one element is none. */
  readonly gradientSize: number;
}

/** The energy of one frame on a device, where everything but the picture lies already. */
export interface DeviceEnergy {
  readonly device: Device;
  readonly vectors: DeviceVectors;
  evaluate(image: DeviceTensor): Promise<DeviceEvaluation>;
  /** Frees what was fed. */
  dispose(): void;
}

/** The graphs of one frame size on a device. */
export interface DeviceGraphs {
  readonly device: Device;
  /** The energy's, whose gradient stays there. */
  readonly energy: DeviceSession;
  readonly vectors: DeviceVectors;
}

/** Compiles the energy's graph of a frame size for a device. */
export async function deviceGraphs(device: Device, outputs: Record<string, Expr>): Promise<DeviceGraphs> {
  const gradientSize = sum(abs(outputs.gradient));
  const energy = await device.compile({ ...outputs, gradientSize }, ['gradient']);
  return { device, energy, vectors: new DeviceVectors(device, outputs.gradient.shape) };
}

/**
 * Takes to the device, once, all that an energy is fed besides the picture.
 *
 * @param valuesOf energy and terms of what the graph returned
 */
export async function openDeviceEnergy(
  { device, energy, vectors }: DeviceGraphs,
  feeds: Readonly<Tensors>,
  valuesOf: (results: Readonly<Tensors>) => Pick<Evaluation, 'energy' | 'terms'>,
): Promise<DeviceEnergy> {
  const fed: Record<string, DeviceTensor> = {};
  for (const [name, values] of Object.entries(feeds))
    fed[name] = await device.upload(values, [values.length]);
  return {
    device,
    vectors,
    async evaluate(image) {
      const { read, kept } = await energy.runOnDevice({ ...fed, image });
      return { ...valuesOf(read), gradient: kept.gradient, gradientSize: read.gradientSize[0] };
    },
    dispose() {
      for (const tensor of Object.values(fed)) tensor.dispose();
    },
  };
}
