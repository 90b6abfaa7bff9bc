import { der } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { createComparisonBudget } from '../constraints/budget.ts';
import { CertificateError } from '../errors.ts';
import { certificateDer, extensionDer, extensionsDer, nameDer, nothing } from '../testing/certificateDer.ts';
import { anchorOfCertificate } from '../trust/trustAnchor.ts';
import { checkPolicies } from './checkPolicies.ts';

interface Link {
  /** Short names: `gold`, or `any`. Left out: no such extension. */
  readonly policies?: readonly string[];
  readonly mappings?: readonly (readonly [issuer: string, subject: string])[];
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
  readonly inhibitAnyPolicy?: number;
  readonly isSelfIssued?: boolean;
}

const oids: Readonly<Record<string, string>> = {
  any: '2.5.29.32.0',
  gold: '1.2.3.1',
  silver: '1.2.3.2',
  blue: '1.2.3.3',
  red: '1.2.3.4',
};

const oidDer = (policy: string) => der.oid(oids[policy] ?? policy);

function linkDer(link: Link, index: number): Uint8Array {
  const { policies, mappings, requireExplicitPolicy, inhibitPolicyMapping, inhibitAnyPolicy } = link;
  const count = (tag: number, number: number | undefined) =>
    number === undefined ? nothing : der.contextPrimitive(tag, Uint8Array.of(number));
  const constraints = der.concat([count(0, requireExplicitPolicy), count(1, inhibitPolicyMapping)]);
  const extensions = [
    ...(policies
      ? [extensionDer('2.5.29.32', der.sequence(...policies.map((policy) => der.sequence(oidDer(policy)))))]
      : []),
    ...(mappings
      ? [
          extensionDer(
            '2.5.29.33',
            der.sequence(...mappings.map(([from, to]) => der.sequence(oidDer(from), oidDer(to)))),
          ),
        ]
      : []),
    ...(constraints.length > 0 ? [extensionDer('2.5.29.36', der.sequence(constraints), true)] : []),
    ...(inhibitAnyPolicy === undefined
      ? []
      : [extensionDer('2.5.29.54', der.integer(inhibitAnyPolicy), true)]),
  ];
  return certificateDer({
    subject: nameDer(`${index}`),
    issuer: nameDer(link.isSelfIssued ? `${index}` : `${index + 1}`),
    rest: extensions.length > 0 ? extensionsDer(...extensions) : nothing,
  });
}

/** Whether a policy holds, or none has to, for a path from the anchor down to the server. */
function isGood(links: readonly Link[], budget = 10_000): boolean {
  const path = links.map((link, depth) => parseCertificate(linkDer(link, links.length - depth)));
  const [anchor, ...below] = path;
  assert.ok(anchor);
  try {
    checkPolicies(
      { certificates: below.reverse(), anchor: anchorOfCertificate(anchor) },
      createComparisonBudget(budget),
    );
    return true;
  } catch (error) {
    if (error instanceof CertificateError && error.code === 'no_valid_policy') return false;
    throw error;
  }
}

const required: Link = { requireExplicitPolicy: 0 };

function holds(what: string, ...links: readonly Link[]): void {
  test(`holds: ${what}`, () => {
    assert.ok(isGood(links));
  });
}

/** That it fails, and that it is for the sake of a policy: without requireExplicitPolicy it does not. */
function fails(what: string, ...links: readonly Link[]): void {
  test(`fails: ${what}`, () => {
    assert.not(isGood(links));
    assert.ok(isGood(links.map(({ requireExplicitPolicy: _, ...link }) => link)));
  });
}

holds('nothing is said, nothing is required', {}, {}, {});
holds('policies that have nothing to do with each other', {}, { policies: ['gold'] }, { policies: ['blue'] });
fails(
  'required of the server by the authority above, and missing',
  {},
  { ...required, policies: ['gold'] },
  {},
);
fails(
  'required, and missing in between',
  {},
  { ...required, policies: ['gold'] },
  {},
  { policies: ['gold'] },
);
fails('required by who has none', {}, required, { policies: ['gold'] });
holds('required, and the same all the way', {}, { ...required, policies: ['gold'] }, { policies: ['gold'] });
holds('one of several', {}, { ...required, policies: ['gold', 'blue'] }, { policies: ['red', 'blue'] });
fails('required, and others', {}, { ...required, policies: ['gold'] }, { policies: ['blue', 'red'] });
fails(
  'each has one in common with its neighbour',
  {},
  { ...required, policies: ['gold', 'blue'] },
  { policies: ['blue', 'red'] },
  { policies: ['red'] },
);

fails('required by the anchor, and missing below', required, {}, { policies: ['gold'] });
holds(
  'required by the anchor, which has none itself',
  required,
  { policies: ['gold'] },
  { policies: ['gold'] },
);
fails('required by the server of itself', {}, {}, required);
holds(
  'required by the server of itself, and there',
  {},
  { policies: ['gold'] },
  { ...required, policies: ['gold'] },
);
holds('required by the server of those below it', {}, {}, { requireExplicitPolicy: 1 });

holds('required later than the path is long', {}, { requireExplicitPolicy: 3 }, {}, {});
fails('required by the end of the path', {}, { requireExplicitPolicy: 2 }, {}, {});
fails('required of the last one, which has none', {}, { requireExplicitPolicy: 1 }, {}, {});
fails(
  'required of the last one, and missing before it',
  {},
  { requireExplicitPolicy: 1, policies: ['gold'] },
  {},
  { policies: ['gold'] },
);
fails('required sooner by one than by another', {}, { requireExplicitPolicy: 9 }, required, {});
fails('required later by one below', {}, required, { requireExplicitPolicy: 9 }, {});
holds(
  'those who issued their own do not count',
  {},
  { requireExplicitPolicy: 2, policies: ['gold'] },
  { isSelfIssued: true },
  { isSelfIssued: true },
  {},
);
fails(
  'they have no valid policies, though',
  {},
  { ...required, policies: ['gold'] },
  { isSelfIssued: true },
  { policies: ['gold'] },
);

holds(
  'anyPolicy for all',
  {},
  { ...required, policies: ['any'] },
  { policies: ['any'] },
  { policies: ['any'] },
);
holds('below anyPolicy', {}, { ...required, policies: ['any'] }, { policies: ['gold'] });
holds(
  'anyPolicy below',
  {},
  { ...required, policies: ['gold'] },
  { policies: ['any'] },
  { policies: ['gold'] },
);
fails(
  'anyPolicy brings no others',
  {},
  { ...required, policies: ['gold'] },
  { policies: ['any'] },
  { policies: ['blue'] },
);
holds(
  'others beside anyPolicy',
  {},
  { ...required, policies: ['gold'] },
  { policies: ['blue', 'any'] },
  { policies: ['gold'] },
);
fails(
  'anyPolicy after it was inhibited',
  {},
  { ...required, inhibitAnyPolicy: 0, policies: ['gold'] },
  { policies: ['any'] },
);
holds(
  'anyPolicy of who inhibits it',
  {},
  { ...required, inhibitAnyPolicy: 0, policies: ['any'] },
  { policies: ['gold'] },
);
holds(
  'anyPolicy before it is inhibited',
  {},
  { ...required, inhibitAnyPolicy: 1, policies: ['gold'] },
  { policies: ['any'] },
  { policies: ['gold'] },
);
fails(
  'anyPolicy once it is inhibited',
  {},
  { ...required, inhibitAnyPolicy: 1, policies: ['gold'] },
  { policies: ['gold'] },
  { policies: ['any'] },
);
fails(
  'anyPolicy inhibited by the anchor',
  { ...required, inhibitAnyPolicy: 0 },
  { policies: ['any'] },
  { policies: ['gold'] },
);
holds(
  'inhibited anyPolicy of who issued its own',
  {},
  { ...required, inhibitAnyPolicy: 0, policies: ['gold'] },
  { isSelfIssued: true, policies: ['any'] },
  { policies: ['gold'] },
);
fails(
  'but not of a server',
  {},
  { ...required, inhibitAnyPolicy: 0, policies: ['gold'] },
  { isSelfIssued: true, policies: ['any'] },
);

const goldToBlue = [['gold', 'blue']] as const;
holds(
  'what a policy is mapped to',
  {},
  { ...required, policies: ['gold'], mappings: goldToBlue },
  { policies: ['blue'] },
);
fails(
  'what was mapped to another',
  {},
  { ...required, policies: ['gold'], mappings: goldToBlue },
  { policies: ['gold'] },
);
fails(
  'a mapping of what is not valid',
  {},
  { ...required, policies: ['red'], mappings: goldToBlue },
  { policies: ['blue'] },
);
holds(
  'a mapping below anyPolicy',
  {},
  { ...required, policies: ['any'], mappings: goldToBlue },
  { policies: ['blue'] },
);
holds(
  'anyPolicy beside a mapping',
  {},
  { ...required, policies: ['any'], mappings: goldToBlue },
  { policies: ['gold'] },
);
holds(
  'two mappings of one',
  {},
  { ...required, policies: ['gold'], mappings: [...goldToBlue, ['gold', 'red']] },
  { policies: ['red'] },
);
holds(
  'one mapping after another',
  {},
  { ...required, policies: ['gold'], mappings: goldToBlue },
  { policies: ['blue'], mappings: [['blue', 'red']] },
  { policies: ['red'] },
);
fails(
  'a swap is one, and no union',
  {},
  { ...required, policies: ['gold'], mappings: [...goldToBlue, ['blue', 'gold']] },
  { policies: ['gold'] },
);
holds(
  'anyPolicy has what was mapped',
  {},
  { ...required, policies: ['gold'], mappings: goldToBlue },
  { policies: ['any'] },
  { policies: ['blue'] },
);
fails(
  'a mapping after mappings were inhibited',
  {},
  { ...required, inhibitPolicyMapping: 0, policies: ['gold'] },
  { policies: ['gold'], mappings: goldToBlue },
  { policies: ['blue'] },
);
fails(
  'what would have been mapped then is gone',
  {},
  { ...required, inhibitPolicyMapping: 0, policies: ['gold'] },
  { policies: ['gold'], mappings: goldToBlue },
  { policies: ['gold'] },
);
holds(
  'what would not have been is not',
  {},
  { ...required, inhibitPolicyMapping: 0, policies: ['gold', 'red'] },
  { policies: ['gold', 'red'], mappings: goldToBlue },
  { policies: ['red'] },
);
holds(
  'a mapping by who inhibits others',
  {},
  { ...required, inhibitPolicyMapping: 0, policies: ['gold'], mappings: goldToBlue },
  { policies: ['blue'] },
);
fails(
  'a mapping that the anchor inhibits',
  { ...required, inhibitPolicyMapping: 0 },
  { policies: ['gold'], mappings: goldToBlue },
  { policies: ['blue'] },
);
holds(
  'mappings of the anchor are nothing',
  { ...required, mappings: goldToBlue },
  { policies: ['gold'] },
  { policies: ['gold'] },
);

test('a server that is itself the anchor', () => {
  assert.ok(isGood([required]));
});

const many = (from: number) => Array.from({ length: 200 }, (_, index) => `1.2.3.${from + index}`);

test('ends within the budget', () => {
  const mappings = many(0).flatMap((from) =>
    many(1000)
      .slice(0, 5)
      .map((to) => [from, to] as const),
  );
  const link = { policies: many(0), mappings };
  const path = [{}, { ...link, ...required }, link, link, { policies: many(0) }];
  assert.throws(
    () => isGood(path, 1000),
    (error: unknown) => error instanceof CertificateError && error.code === 'limit_exceeded',
  );
  assert.not(isGood(path));
});

/** The tree of RFC 5280, with all its branches. */
interface Node {
  readonly policy: string;
  expected: readonly string[];
  children: Node[];
}

/** RFC 5280 sections 6.1.2 to 6.1.5 word for word, without RFC 9618's shortcut: it grows without bounds. */
function holdsByTree([, ...links]: readonly Link[]): boolean {
  const n = links.length;
  let tree: Node | undefined = { policy: 'any', expected: ['any'], children: [] };
  let [explicitPolicy, inhibitAny, policyMapping] = [n + 1, n + 1, n + 1];
  const atDepth = (depth: number, node = tree): Node[] => {
    if (!node) return [];
    return depth === 0 ? [node] : node.children.flatMap((child) => atDepth(depth - 1, child));
  };
  const prune = (depth: number): void => {
    for (let above = depth - 1; above >= 0; above--) {
      for (const node of above === 0 ? [] : atDepth(above - 1)) {
        node.children = node.children.filter(({ children }) => children.length > 0);
      }
    }
    if (tree && tree.children.length === 0 && depth > 0) tree = undefined;
  };
  for (const [index, link] of links.entries()) {
    const i = index + 1;
    const parents = atDepth(i - 1);
    if (!link.policies) tree = undefined;
    for (const policy of (link.policies ?? []).filter((each) => each !== 'any')) {
      const matching = parents.filter(({ expected }) => expected.includes(policy));
      const above =
        matching.length > 0 ? matching : parents.filter((node) => node.policy === 'any').slice(0, 1);
      for (const parent of above) parent.children.push({ policy, expected: [policy], children: [] });
    }
    if (link.policies?.includes('any') && (inhibitAny > 0 || (i < n && link.isSelfIssued))) {
      for (const parent of parents) {
        for (const policy of parent.expected) {
          if (parent.children.some((child) => child.policy === policy)) continue;
          parent.children.push({ policy, expected: [policy], children: [] });
        }
      }
    }
    prune(i);
    if (explicitPolicy === 0 && !tree) return false;
    if (i === n) break;
    for (const from of new Set((link.mappings ?? []).map(([issuer]) => issuer))) {
      const to = (link.mappings ?? []).filter(([issuer]) => issuer === from).map(([, subject]) => subject);
      const nodes = atDepth(i).filter(({ policy }) => policy === from);
      if (policyMapping === 0) {
        for (const parent of atDepth(i - 1)) {
          parent.children = parent.children.filter(({ policy }) => policy !== from);
        }
        prune(i);
      } else if (nodes.length > 0) {
        for (const node of nodes) node.expected = to;
      } else if (atDepth(i).some(({ policy }) => policy === 'any')) {
        atDepth(i - 1)
          .find(({ policy }) => policy === 'any')
          ?.children.push({ policy: from, expected: to, children: [] });
      }
    }
    if (!link.isSelfIssued) {
      explicitPolicy = Math.max(0, explicitPolicy - 1);
      inhibitAny = Math.max(0, inhibitAny - 1);
      policyMapping = Math.max(0, policyMapping - 1);
    }
    explicitPolicy = Math.min(explicitPolicy, link.requireExplicitPolicy ?? Infinity);
    policyMapping = Math.min(policyMapping, link.inhibitPolicyMapping ?? Infinity);
    inhibitAny = Math.min(inhibitAny, link.inhibitAnyPolicy ?? Infinity);
  }
  if (explicitPolicy > 0) explicitPolicy--;
  if (links.at(-1)?.requireExplicitPolicy === 0) explicitPolicy = 0;
  return explicitPolicy > 0 || tree !== undefined;
}

test('decides as the tree of RFC 5280 does', () => {
  const named = fc.constantFrom('gold', 'silver', 'blue');
  const skip = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 2 });
  const link = fc.record({
    policies: fc.option(
      fc.uniqueArray(
        fc.oneof({ weight: 3, arbitrary: named }, { weight: 1, arbitrary: fc.constant('any') }),
        {
          minLength: 1,
        },
      ),
      { nil: undefined, freq: 9 },
    ),
    mappings: fc.option(fc.array(fc.tuple(named, named), { minLength: 1, maxLength: 4 }), {
      nil: undefined,
      freq: 2,
    }),
    requireExplicitPolicy: skip,
    inhibitPolicyMapping: skip,
    inhibitAnyPolicy: skip,
    isSelfIssued: fc.boolean(),
  });
  const seen = { good: 0, bad: 0 };
  fc.assert(
    fc.property(fc.array(link, { minLength: 1, maxLength: 5 }), (below) => {
      const links = [{}, ...below].map((each) =>
        Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)),
      );
      const expected = holdsByTree(links);
      seen[expected ? 'good' : 'bad']++;
      assert.is(isGood(links), expected);
    }),
    { numRuns: 1000 },
  );
  assert.ok(seen.good > 100 && seen.bad > 100, JSON.stringify(seen));
});

test.run();
