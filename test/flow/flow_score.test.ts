import { describe, expect, it } from 'vitest';
import { createFlowField, type FlowField } from '../../dist/flow/flow_field.js';
import { scoreFlow } from '../../dist/flow/flow_score.js';
import { render } from './texture.js';

function filled(width: number, height: number, u: (x: number, y: number) => number): FlowField {
  const flow = createFlowField(width, height);
  flow.u.set(render(width, height, u).data);
  return flow;
}

describe('scoreFlow', () => {
  it('is null where nothing is known of it', () => {
    const flow = createFlowField(5, 4);
    expect(scoreFlow(flow, { flow })).toEqual({
      epe: 0,
      epeVisible: null,
      epeBoundary: null,
      visibleKept: null,
      occludedRejected: null,
      keptWrong: null,
    });
  });

  it('tells visible, occluded, leaving and invalid pixels apart', () => {
    // Ten pixels in a row at rest: 0 and 1 covered, 2 invalid; the last one leaves the frame.
    const truth = filled(10, 1, (x) => (x === 9 ? 8 : 0));
    const estimate = filled(10, 1, (x) => (x === 0 ? 10 : x === 2 ? 20 : x === 4 ? 5 : x === 9 ? 8 : 0));
    const occluded = render(10, 1, (x) => Number(x < 2));
    const invalid = render(10, 1, (x) => Number(x === 2));
    const certainty = render(10, 1, (x) => (x === 0 || x === 3 ? 0.2 : 0.9));
    const score = scoreFlow(estimate, { flow: truth, occluded, invalid }, certainty);
    expect(score.epe).toBeCloseTo(35 / 10, 6);
    expect(score.epeVisible).toBeCloseTo(5 / 6, 6);
    expect(score.visibleKept).toBeCloseTo(5 / 6, 6);
    expect(score.occludedRejected).toBeCloseTo(1 / 3, 6);
    expect(score.keptWrong).toBeCloseTo(1 / 7, 6);
  });

  it('counts within 5 px of a motion boundary, and not beside unknown truth', () => {
    const truth = filled(40, 3, (x) => (x < 20 ? 0 : 6));
    const estimate = filled(40, 3, (x) => (x < 20 ? 0 : 6) + (x >= 14 && x <= 25 ? 2 : 0));
    // Central differences see the step from columns 19 and 20: columns 14 to 25 are near.
    expect(scoreFlow(estimate, { flow: truth }).epeBoundary).toBeCloseTo(2, 6);
    const patchy = filled(40, 3, (x) => (x === 20 ? 1.6e9 : 0));
    expect(scoreFlow(createFlowField(40, 3), { flow: patchy })).toMatchObject({ epe: 0, epeBoundary: null });
  });
});
