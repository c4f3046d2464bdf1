import { describe } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { onednnInstalled } from './onednn_installed.js';
import { describeAgreement, describeSessions } from './runtime_suites.js';

describe.skipIf(!onednnInstalled)('oneDNN', () => {
  describeAgreement('oneDNN', () => e.createOnednnRuntime({ threads: 1 }));
  describeSessions('an oneDNN session', () => e.createOnednnRuntime({ threads: 2 }));
});
