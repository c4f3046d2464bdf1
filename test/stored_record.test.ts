import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parseRecord, positiveWhole, readRecord, readRecordNow, sealRecord } from '../src/stored_record.js';

const schema = v.object({ size: v.object({ width: positiveWhole }), name: v.optional(v.string()) });
const folder = mkdtempSync(join(tmpdir(), 'record-'));

describe('stored records', () => {
  it('are taken as their schema says, without fields that it does not know', () => {
    expect(parseRecord('a.json', '{"size":{"width":3},"x":1}', schema)).toEqual({ size: { width: 3 } });
  });

  it.each([
    ['', 'expected JSON, found nothing'],
    ['{', 'expected JSON, found {'],
    ['null', 'expected Object, found null'],
    ['{"size":{"width":-4}}', 'size.width: expected >=1, found -4'],
    ['{"size":{"width":1e99}}', 'size.width: expected'],
    ['{"size":{"width":"\\u001b[2J"}}', 'size.width: expected number, found "\\x1b[2J"'],
    ['{"size":{"width":3},"name":{}}', 'name: expected string, found Object'],
  ])('name the field, expected and found: %s', (text, words) => {
    expect(() => parseRecord('a.json', text, schema)).toThrow(`a.json: ${words}`);
  });

  it('are undefined where there is no file, and refuse what cannot be read', async () => {
    expect(await readRecord(join(folder, 'none.json'), schema)).toBeUndefined();
    writeFileSync(join(folder, 'file'), '');
    expect(readRecordNow(join(folder, 'file', 'x.json'), schema)).toBeUndefined();
    await expect(readRecord(folder, schema)).rejects.toMatchObject({
      kind: 'input',
      code: 'FILE_UNREADABLE',
    });
  });

  it('carry a checksum, and tell of a digit that is another', () => {
    const text = sealRecord({ size: { width: 34 }, name: 'a' }, 2);
    expect(parseRecord('a.json', text, schema)).toEqual({ size: { width: 34 }, name: 'a' });
    for (const other of [text.replace('34', '35'), text.replace(/"checksum": ".*"/, '"checksum": {}')])
      expect(() => parseRecord('a.json', other, schema)).toThrow(
        /a.json: expected contents of checksum.*damaged/,
      );
  });

  it('fail as their reader wants', () => {
    expect(() => parseRecord('t.toml', '1', schema, { kind: 'usage', code: 'X', advice: 'do so' })).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'X', message: expect.stringMatching(/\(do so\)$/) }),
    );
  });
});
