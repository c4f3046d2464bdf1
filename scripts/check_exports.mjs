// Fails where the library exports something that its declarations do not explain: `node scripts/check_exports.mjs
// [index.d.ts]`, after a build. Every export and every member of an exported type needs a docstring, a function one
// for each parameter and a word on how it fails, and every type of ours in a signature is exported too.
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const index = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist/index.d.ts', import.meta.url)));
if (!existsSync(index)) {
  console.error(`${index}: expected the built declarations, found no file; npm run build makes them`);
  process.exit(1);
}
const options = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  // The language's own types are enough to find names and docstrings.
  lib: ['lib.es2023.d.ts'],
  types: [],
};
const program = ts.createProgram([index], options);
const checker = program.getTypeChecker();

const ours = (node) => !relative(dirname(index), node.getSourceFile().fileName).startsWith('..');
const real = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)));
const known = new Set(exported.map(real));
const problems = [];

const textOf = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
const isPrivate = (declaration) =>
  (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !==
    0 ||
  (declaration.name && ts.isPrivateIdentifier(declaration.name));

/** The word that tells the members of a union apart explains itself. */
function isTag(symbol, union) {
  return union && ['type', 'kind'].includes(symbol.name) && checker.getTypeOfSymbol(symbol).isStringLiteral();
}

function checkMembers(name, type) {
  const parts = type.isUnion() ? type.types : [type];
  for (const part of parts) {
    // Members of what the platform or another package declares are theirs to explain.
    for (const member of checker.getPropertiesOfType(part)) {
      const declaration = member.declarations?.find(ours);
      if (!declaration || isPrivate(declaration) || isTag(member, parts.length > 1)) continue;
      if (!textOf(member)) problems.push(`${name}.${member.name}: expected a docstring, found none`);
    }
  }
}

function checkFunction(name, symbol, signature) {
  const tags = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const fails =
    signature.getJsDocTags().some((tag) => tag.name === 'throws') || /\b(throws|fails)\b/i.test(tags);
  if (!fails) problems.push(`${name}: expected a word on what it throws, or that it never does, found none`);
  for (const parameter of signature.getParameters())
    if (!textOf(parameter)) problems.push(`${name}: expected a @param ${parameter.name}, found none`);
}

/** The types a declaration names must be there for whoever wants to name what it takes and gives. */
function checkNames(name, node) {
  if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
    const found = checker.getSymbolAtLocation(node.typeName ?? node.expression);
    const symbol = found && real(found);
    const declaration = symbol?.declarations?.find(ours);
    if (declaration && !ts.isTypeParameterDeclaration(declaration) && !known.has(symbol))
      problems.push(`${name}: expected ${symbol.name}, which it names, to be exported too`);
  }
  ts.forEachChild(node, (child) => checkNames(name, child));
}

for (const alias of exported) {
  const { name } = alias;
  const symbol = real(alias);
  const declarations = (symbol.declarations ?? []).filter(ours);
  if (declarations.length === 0) continue;
  if (!textOf(symbol)) problems.push(`${name}: expected a docstring, found none`);
  for (const declaration of declarations) {
    // What a type alias is computed from is not seen from outside; its members are looked at below.
    if (!ts.isTypeAliasDeclaration(declaration)) checkNames(name, declaration);
    for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures())
      checkFunction(name, symbol, signature);
  }
  if (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class | ts.SymbolFlags.TypeAlias))
    checkMembers(name, checker.getDeclaredTypeOfSymbol(symbol));
}

for (const problem of problems) console.error(`${relative('', index)}: ${problem}`);
if (problems.length > 0) process.exit(1);
