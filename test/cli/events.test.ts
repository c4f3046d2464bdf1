import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines } from '../../dist/cli/json_lines.js';
import { clip, type Finished, painting, run, scratchFolder } from '../support/program.js';
import { documentedEvents } from './documented_events.js';

const folder = scratchFolder();
const documented = documentedEvents();
const quick = ['--style', painting, '--size', '96', '--iterations', '2,1', '--frames', '0-1'];
const output = join(folder, 'out.mp4');

interface Line {
  readonly schema: number;
  readonly time: string;
  readonly type: string;
}

const lines = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** Fields of the events that a source file declares: by type, `?` where a field may be undefined. */
function declaredEvents(path: string): Record<string, Record<string, boolean>> {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  const events: Record<string, Record<string, boolean>> = {};
  const visit = (node: ts.Node): void => {
    if (ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node)) {
      const members = node.members.filter(ts.isPropertySignature);
      const type = members.find((m) => m.name.getText() === 'type')?.type?.getText();
      if (type?.startsWith("'"))
        events[type.slice(1, -1)] = Object.fromEntries(
          members
            .filter((m) => m.name.getText() !== 'type')
            .map((m) => [m.name.getText(), /undefined/.test(m.type?.getText() ?? '') || !!m.questionToken]),
        );
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return events;
}

function expectDocumented(line: Line): void {
  const { schema, time, type, ...fields } = line;
  expect(schema).toBe(1);
  expect(new Date(time).toISOString()).toBe(time);
  expect(Object.keys(documented)).toContain(type);
  for (const [field, documentedType] of Object.entries(documented[type])) {
    const found = (fields as Record<string, unknown>)[field];
    if (documentedType.endsWith('?') && found === undefined) continue;
    expect(`${type}.${field}: ${typeof found}`).toBe(`${type}.${field}: ${documentedType.replace('?', '')}`);
  }
  expect(Object.keys(documented[type])).toEqual(expect.arrayContaining(Object.keys(fields)));
}

describe('docs/events.md', () => {
  it('has every event and field that the types have, and no other', () => {
    const declared = {
      ...declaredEvents('../../src/render/events.ts'),
      ...declaredEvents('../../src/cli/face.ts'),
    };
    const asDeclared = Object.fromEntries(
      Object.entries(documented).map(([type, fields]) => [
        type,
        Object.fromEntries(Object.entries(fields).map(([field, t]) => [field, t.endsWith('?')])),
      ]),
    );
    expect(asDeclared).toEqual(declared);
  });
});

describe('--json', () => {
  let film: Finished;
  beforeAll(async () => {
    film = await run([clip, ...quick, '-o', output, '--json']);
  });

  it('prints each event of a film as documented, in order, and nothing else', () => {
    expect(film.status).toBe(0);
    expect(film.stderr).toBe('');
    const events = lines(film.stdout);
    for (const line of events) expectDocumented(line);
    const order = ['look', 'plan', 'iteration', 'frame', 'iteration', 'frame', 'encode', 'done'];
    const seen = events.map((e) => e.type).filter((type, i, all) => type !== 'note' && type !== all[i - 1]);
    expect(seen.filter((type, i) => type !== seen[i - 1])).toEqual(order);
    expect(events.at(-1)).toMatchObject({ type: 'done', output, frames: 2 });
  });

  it('of encode and of networks pull ends with what was made', async () => {
    const again = join(folder, 'again.mp4');
    const encode = await run(['encode', `${output}.nst`, '-o', again, '--json']);
    for (const line of lines(encode.stdout)) expectDocumented(line);
    expect(lines(encode.stdout).at(-1)).toMatchObject({ type: 'done', output: again });
    const pull = await run(['networks', 'pull', 'lite', '--json']);
    for (const line of lines(pull.stdout)) expectDocumented(line);
    expect(lines(pull.stdout).at(-1)).toMatchObject({ type: 'fetched', network: 'lite' });
  });

  it.each([
    ['before the command line is understood', ['--json', '--stlye', 'x'], 2, 'UNKNOWN_OPTION'],
    ['in a value', [clip, '--json', '--preset', 'drft'], 2, 'INVALID_ARGUMENT'],
    ['in a file', [join(folder, 'none.mp4'), ...quick, '--json'], 3, 'FILE_MISSING'],
  ])('tells of an error %s once, with its status', async (_, args, status, code) => {
    const result = await run([...args]);
    expect(result.status).toBe(status);
    const events = lines(result.stdout);
    for (const line of events) expectDocumented(line);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'error', code, status });
    expect(result.stderr).toBe(`nst-video: ${(events[0] as unknown as { message: string }).message}\n`);
  });

  it('leaves out what is not known', () => {
    let text = '';
    const face = jsonLines({ write: (t: string) => (text += t) }, () => new Date(0));
    face.emit({ type: 'download', network: 'vgg19', received: 5, total: undefined });
    const time = '"time":"1970-01-01T00:00:00.000Z"';
    expect(text).toBe(`{"schema":1,${time},"type":"download","network":"vgg19","received":5}\n`);
  });
});
