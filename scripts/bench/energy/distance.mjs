// How wrong an evaluation is.

/** How far from what onnxruntime finds: of the energy, and of the gradient, ‖g − g₀‖ / ‖g₀‖. */
export function distance({ energy, gradient }, expected) {
  let [difference, size] = [0, 0];
  for (let i = 0; i < gradient.length; i++) {
    difference += (gradient[i] - expected.gradient[i]) ** 2;
    size += expected.gradient[i] ** 2;
  }
  return {
    energy: Math.abs(energy - expected.energy) / expected.energy,
    gradient: Math.sqrt(difference / size),
  };
}
