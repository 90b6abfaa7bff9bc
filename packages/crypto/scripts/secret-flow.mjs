/**
 * Where secrets could decide on time or on an address in a WebAssembly module, by its text as Binaryen writes it.
 *
 * What is loaded from memory is a secret, all of it; so is what is computed of a secret, what a local or global was
 * ever set to one, what a function gives back of one. The parameters of exported functions are not: they are lengths
 * and numbers of rounds. A secret must not be an address, a length, a condition (of a branch or a `select`), an
 * operand of a division or of floating point. What is not understood is an error.
 *
 * That shows that the module neither branches on memory's content nor is led to an address by it, in whatever order
 * its instructions run. It does not show what an engine makes of the module (none is known to turn the vector
 * instructions that are used here into branches), nor that a processor multiplies integers in constant time, on which
 * Poly1305 relies.
 */

/** @typedef {string | Expression[]} Expression */

/**
 * @typedef {object} FunctionFlow What is known so far; a secret stays one.
 * @property {string} name
 * @property {string[]} parameters
 * @property {Expression[]} body
 * @property {Set<string>} secretLocals
 * @property {boolean} hasSecretResult
 */

/** Instructions of which the result is as secret as the operands, which come last. */
const COMPUTATIONS =
  /^(i32|i64|v128|[if]\d+x\d+)\.(?!.*(load|store|div|rem|const))|^(i32|i64)\.trunc_sat_f64_u$|^(drop|block|loop|then|else|br|return|result|unreachable|nop)$/;
const MEMORY_ACCESS = /\.(load|store)/;
const VARIABLE_TIME = /^f\d+\.(?!const)|^i(32|64)\.(div|rem|trunc)/;

/**
 * @param {string} text
 * @returns {{ findings: string[], functions: number, accesses: number }} A sentence for each place where a secret
 * must not be; what was looked through, for a reader to see that it was.
 */
export function findSecretFlows(text) {
  const module = parse(text);
  /** @type {Map<string, FunctionFlow>} */
  const functions = new Map();
  for (const [kind, name, ...rest] of module.filter((item) => item[0] === 'func').map(list)) {
    if (kind === undefined || typeof name !== 'string') throw new Error('a function without a name');
    const parameters = rest.filter((item) => item[0] === 'param').map((item) => String(item[1]));
    const body = rest.filter((item) => !['param', 'result', 'local', 'type'].includes(String(item[0])));
    functions.set(name, { name, parameters, body, secretLocals: new Set(), hasSecretResult: false });
  }
  /** @type {Set<string>} */
  const secretGlobals = new Set();
  /** @type {Set<string>} */
  let findings = new Set();
  let accesses = 0;
  let known = '';
  // Each round looks through everything with what is known; when nothing new was learnt, the findings are complete.
  for (let before = 'nothing'; known !== before; ) {
    before = known;
    findings = new Set();
    accesses = 0;
    for (const flow of functions.values()) {
      if (flow.body.map((item) => visit(flow, item)).some(Boolean)) flow.hasSecretResult = true;
    }
    known = JSON.stringify([
      [...secretGlobals],
      [...functions.values()].map(({ secretLocals, hasSecretResult }) => [
        [...secretLocals],
        hasSecretResult,
      ]),
    ]);
  }
  return { findings: [...findings], functions: functions.size, accesses };

  /**
   * @param {FunctionFlow} flow
   * @param {Expression} expression
   * @returns {boolean} Whether its value is secret.
   */
  function visit(flow, expression) {
    if (typeof expression === 'string') return false;
    const [name, ...rest] = expression;
    if (typeof name !== 'string') throw new Error(`not an instruction: ${JSON.stringify(expression)}`);
    const secrets = rest.filter(isExpression).map((operand) => visit(flow, operand));
    const isAnySecret = secrets.some(Boolean);
    const immediate = String(rest[0]);
    /** @param {string} what @param {boolean | undefined} isSecret */
    const refuse = (what, isSecret) => {
      if (isSecret === true) findings.add(`${flow.name}: ${what} of ${name} depends on a secret`);
    };
    if (name === 'local.get') return flow.secretLocals.has(immediate);
    if (name === 'local.set' || name === 'local.tee') {
      if (isAnySecret) flow.secretLocals.add(immediate);
      return name === 'local.tee' && flow.secretLocals.has(immediate);
    }
    if (name === 'global.get') return secretGlobals.has(immediate);
    if (name === 'global.set') {
      if (isAnySecret) secretGlobals.add(immediate);
      return false;
    }
    if (name === 'call') {
      const called = functions.get(immediate);
      if (called === undefined) throw new Error(`a call of ${immediate}`);
      called.parameters.forEach((parameter, index) => {
        if (secrets[index] === true) called.secretLocals.add(parameter);
      });
      return called.hasSecretResult;
    }
    if (name === 'if' || name === 'br_if') {
      refuse('the condition', secrets[0]);
      return isAnySecret;
    }
    if (name === 'select') {
      refuse('the condition', secrets.at(-1));
      return isAnySecret;
    }
    if (name === 'memory.fill' || name === 'memory.copy') {
      refuse('the address', secrets[0]);
      refuse('the address', name === 'memory.copy' && secrets[1]);
      refuse('the length', secrets[2]);
      return false;
    }
    if (MEMORY_ACCESS.test(name)) {
      accesses += 1;
      refuse('the address', secrets[0]);
      return name.includes('load');
    }
    if (VARIABLE_TIME.test(name)) {
      refuse('an operand', isAnySecret);
      return isAnySecret;
    }
    if (/\.const$/.test(name)) return false;
    if (COMPUTATIONS.test(name)) return isAnySecret;
    throw new Error(`${flow.name}: what ${name} does is not known here`);
  }
}

/** @param {Expression} expression */
function isExpression(expression) {
  return typeof expression !== 'string';
}

/** @param {Expression} expression */
function list(expression) {
  return typeof expression === 'string' ? [expression] : expression;
}

/**
 * @param {string} text
 * @returns {Expression[]} What is in `(module …)`.
 */
function parse(text) {
  /** @type {Expression[][]} */
  const open = [[]];
  for (const [token] of text.replace(/;;.*/g, '').matchAll(/[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+/g)) {
    if (token === '(') open.push([]);
    else if (token === ')') {
      const closed = open.pop();
      if (closed === undefined || open.length === 0) throw new Error('more ) than (');
      open.at(-1)?.push(closed);
    } else open.at(-1)?.push(token);
  }
  const [module] = open[0] ?? [];
  if (open.length !== 1 || module === undefined || module[0] !== 'module') throw new Error('not a module');
  return list(module);
}
